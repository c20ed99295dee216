{{- define "zookeeper.labels" -}}
{{ include "lakehelm.labels" (dict "root" . "name" "zookeeper" "component" "coordination") }}
{{- end }}

{{- define "zookeeper.selectorLabels" -}}
{{ include "lakehelm.selectorLabels" (dict "root" . "name" "zookeeper") }}
{{- end }}
