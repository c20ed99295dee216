{{- /*
Labels of one object. Takes (dict "root" $ "name" NAME "component" COMPONENT).
*/ -}}
{{- define "lakehelm.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" | quote }}
{{ include "lakehelm.selectorLabels" . }}
app.kubernetes.io/component: {{ .component | quote }}
app.kubernetes.io/part-of: {{ .root.Values.global.platform.name | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service | quote }}
{{- with .root.Values.global.platform.labels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- /*
The labels that a selector may use: they never change during the life of a release.
*/ -}}
{{- define "lakehelm.selectorLabels" -}}
app.kubernetes.io/name: {{ .name | quote }}
app.kubernetes.io/instance: {{ .root.Release.Name | quote }}
{{- end }}
