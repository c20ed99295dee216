{{- /*
Labels of a PrometheusRule. Takes (dict "root" $ "name" NAME); those of the values are what a Prometheus selects rules by.
*/ -}}
{{- define "alerts.labels" -}}
{{- $own := include "lakehelm.labels" (dict "root" .root "name" .name "component" "monitoring") | fromYaml }}
{{- toYaml (merge $own .root.Values.labels) }}
{{- end }}
