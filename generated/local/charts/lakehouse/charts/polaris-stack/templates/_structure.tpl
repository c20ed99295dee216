{{- /*
The table that files/bootstrap.sh reads: one record a line, what a record names stands above it.
*/ -}}
{{- define "polaris-stack.structure" -}}
storage region us-east-1
storage endpoint http://minio.minio.svc.cluster.local:9000
storage stsEndpoint http://minio.minio.svc.cluster.local:9000
storage pathStyleAccess true
{{- with .Values.storage }}
{{- range $key := list "endpointInternal" "roleArn" "externalId" }}
{{- with index $.Values.storage $key }}
storage {{ $key }} {{ . }}
{{- end }}
{{- end }}
{{- if and .roleArn .kmsUnavailable }}
storage kmsUnavailable true
{{- end }}
catalog lakehouse {{ .location }} {{ join " " (.allowedLocations | default (list .location)) }}
{{- end }}
namespace lakehouse bronze
namespace lakehouse gold
namespace lakehouse silver
principal fluss
principal flink
principal spark
principal-role rf_etl
catalog-role lakehouse rt_content
grant lakehouse rt_content CATALOG_MANAGE_CONTENT
assign-catalog-role rf_etl lakehouse rt_content
assign-principal-role fluss rf_etl
assign-principal-role flink rf_etl
assign-principal-role spark rf_etl
{{- end }}
