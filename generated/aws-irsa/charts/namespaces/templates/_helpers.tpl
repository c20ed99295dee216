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
Labels of a pod: without the chart's version, so that a new chart alone restarts nothing. Takes the same dict.
*/ -}}
{{- define "lakehelm.podLabels" -}}
{{ include "lakehelm.selectorLabels" . }}
app.kubernetes.io/component: {{ .component | quote }}
app.kubernetes.io/part-of: {{ .root.Values.global.platform.name | quote }}
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

{{- /*
Where the pods of one component run. Takes (dict "all" SCHEDULING "component" NAME), where SCHEDULING is the branch of
that name below the global values; the component's own rules are added to those of every pod: maps are merged, tolerations joined.
Prints nothing when there are none. The caller names the branch, because a chart gets the global values that its templates name.
*/ -}}
{{- define "lakehelm.scheduling" -}}
{{- $all := .all -}}
{{- $own := index ($all.components | default dict) .component | default dict -}}
{{- $out := dict -}}
{{- with merge (deepCopy ($own.nodeSelector | default dict)) ($all.nodeSelector | default dict) }}{{ $_ := set $out "nodeSelector" . }}{{ end -}}
{{- with concat ($all.tolerations | default list) ($own.tolerations | default list) }}{{ $_ := set $out "tolerations" . }}{{ end -}}
{{- with merge (deepCopy ($own.affinity | default dict)) ($all.affinity | default dict) }}{{ $_ := set $out "affinity" . }}{{ end -}}
{{- with $out }}{{ toYaml . }}{{ end -}}
{{- end }}

{{- /*
What every container may not do; the Pod Security Standard restricted asks for it.
*/ -}}
{{- define "lakehelm.containerSecurityContext" -}}
allowPrivilegeEscalation: false
capabilities:
  drop: [ALL]
{{- end }}

{{- /*
Security context of a pod that runs as one user. Takes the user's number, which is the group's as well.
*/ -}}
{{- define "lakehelm.podSecurityContext" -}}
runAsNonRoot: true
runAsUser: {{ . | int }}
runAsGroup: {{ . | int }}
fsGroup: {{ . | int }}
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end }}
