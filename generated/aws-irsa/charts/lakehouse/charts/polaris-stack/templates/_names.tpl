{{- define "polaris-stack.bootstrapLabels" -}}
{{ include "lakehelm.labels" (dict "root" . "name" "polaris-bootstrap" "component" "catalog") }}
{{- end }}

{{- define "polaris-stack.bootstrapSelectorLabels" -}}
{{ include "lakehelm.selectorLabels" (dict "root" . "name" "polaris-bootstrap") }}
{{- end }}

{{- define "polaris-stack.postgresLabels" -}}
{{ include "lakehelm.labels" (dict "root" . "name" "postgres" "component" "catalog-database") }}
{{- end }}

{{- define "polaris-stack.postgresSelectorLabels" -}}
{{ include "lakehelm.selectorLabels" (dict "root" . "name" "postgres") }}
{{- end }}

{{- /*
The files of the ConfigMap polaris-bootstrap-script.
*/ -}}
{{- define "polaris-stack.bootstrapFiles" -}}
{{- range $name := list "bootstrap.sh" "bootstrap-realm.sh" "wait-for.sh" }}
{{ $name }}: |
  {{- $.Files.Get (printf "files/%s" $name) | trim | nindent 2 }}
{{- end }}
structure.txt: |
  {{- include "polaris-stack.structure" . | nindent 2 }}
{{- end }}
