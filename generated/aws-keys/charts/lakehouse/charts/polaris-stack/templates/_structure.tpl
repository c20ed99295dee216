{{- /*
The table that files/bootstrap.sh reads: one record a line, what a record names stands above it.
*/ -}}
{{- define "polaris-stack.structure" -}}
storage region eu-north-1
{{- with .Values.storage }}
{{- range $key := list "endpointInternal" "roleArn" "externalId" }}
{{- with index $.Values.storage $key }}
storage {{ $key }} {{ . }}
{{- end }}
{{- end }}
{{- if and .roleArn .kmsUnavailable }}
storage kmsUnavailable true
{{- end }}
catalog dev_iceberg_datalake_catalog {{ .location }} {{ join " " (.allowedLocations | default (list .location)) }}
{{- end }}
namespace dev_iceberg_datalake_catalog bronze
namespace dev_iceberg_datalake_catalog gold
namespace dev_iceberg_datalake_catalog silver
principal fluss
principal flink
principal spark
principal-role rf_etl
catalog-role dev_iceberg_datalake_catalog rt_content
grant dev_iceberg_datalake_catalog rt_content CATALOG_MANAGE_CONTENT
assign-catalog-role rf_etl dev_iceberg_datalake_catalog rt_content
assign-principal-role fluss rf_etl
assign-principal-role flink rf_etl
assign-principal-role spark rf_etl
{{- end }}
