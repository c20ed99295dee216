"""The driver pods of SparkApplications, with their executors inside: what the operator asks Spark to make on Kubernetes."""

HOME = "/opt/spark"


def add(objects):
    for application in [one for one in objects if one["kind"] == "SparkApplication"]:
        add_driver(objects, application)


def add_driver(objects, application):
    spec, name, namespace = application["spec"], application["metadata"]["name"], application["metadata"]["namespace"]
    driver = spec["driver"]
    lines = "".join(f"{key} {value}\n" for key, value in properties(spec).items())
    objects.append({"kind": "ConfigMap", "metadata": {"name": f"{name}-conf", "namespace": namespace}, "data": {"spark.properties": lines}})
    container = {
        "name": "spark-kubernetes-driver", "image": spec["image"], "env": driver.get("env", []),
        "securityContext": driver.get("securityContext", {}),
        "command": [
            f"{HOME}/bin/spark-submit", "--master", "local[2]", "--properties-file", f"{HOME}/conf/spark.properties",
            spec["mainApplicationFile"], *map(str, spec.get("arguments", [])),
        ],
        "volumeMounts": [{"name": "spark-conf", "mountPath": f"{HOME}/conf"}, *driver.get("volumeMounts", [])],
    }
    pod = {
        "containers": [container], "securityContext": driver.get("podSecurityContext", {}),
        "volumes": [{"name": "spark-conf", "configMap": {"name": f"{name}-conf"}}, *spec.get("volumes", [])],
    }
    template = {"metadata": {"labels": driver.get("labels", {})}, "spec": pod}
    objects.append({"kind": "Job", "metadata": {"name": name, "namespace": namespace}, "spec": {"template": template}})


def properties(spec):
    """As the operator passes them: sparkConf, hadoopConf below spark.hadoop, the sizes."""
    return {
        **spec.get("sparkConf", {}),
        **{f"spark.hadoop.{key}": value for key, value in spec.get("hadoopConf", {}).items()},
        "spark.driver.memory": spec["driver"]["memory"], "spark.executor.memory": spec["executor"]["memory"],
    }
