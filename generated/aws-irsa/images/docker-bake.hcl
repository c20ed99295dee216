# docker buildx bake            builds all images
# docker buildx bake --push     builds and pushes them
variable "MAVEN_BASE_URL" {
  # A Maven repository to fetch the jars from; empty for the one that the Maven client knows.
  default = ""
}

group "default" {
  targets = ["flink-operator-s3","flink-lakehouse","fluss-lakehouse","spark-lakehouse"]
}

target "flink-operator-s3" {
  context    = "."
  dockerfile = "flink-operator/Dockerfile"
  args       = { MAVEN_BASE_URL = MAVEN_BASE_URL }
  tags       = ["123456789012.dkr.ecr.eu-west-1.amazonaws.com/lakehouse/flink-operator-s3:1.15.0-flink1.20.1"]
}

target "flink-lakehouse" {
  context    = "."
  dockerfile = "flink/Dockerfile"
  args       = { MAVEN_BASE_URL = MAVEN_BASE_URL }
  tags       = ["123456789012.dkr.ecr.eu-west-1.amazonaws.com/lakehouse/flink-lakehouse:2.2.1-fluss0.9.1-iceberg1.10.1"]
}

target "fluss-lakehouse" {
  context    = "."
  dockerfile = "fluss/Dockerfile"
  args       = { MAVEN_BASE_URL = MAVEN_BASE_URL }
  tags       = ["123456789012.dkr.ecr.eu-west-1.amazonaws.com/lakehouse/fluss-lakehouse:0.9.1-iceberg1.10.1"]
}

target "spark-lakehouse" {
  context    = "."
  dockerfile = "spark/Dockerfile"
  args       = { MAVEN_BASE_URL = MAVEN_BASE_URL }
  tags       = ["123456789012.dkr.ecr.eu-west-1.amazonaws.com/lakehouse/spark-lakehouse:4.0.2-iceberg1.10.1"]
}
