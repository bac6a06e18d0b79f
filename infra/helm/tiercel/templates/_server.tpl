{{- define "tiercel.server" -}}
{{ include "tiercel.name" . }}-server
{{- end }}

{{- define "tiercel.serverSelector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: server
{{- end }}

{{- define "tiercel.serverLabels" -}}
{{ include "tiercel.serverSelector" . }}
{{ include "tiercel.origin" . }}
{{- end }}

{{- define "tiercel.serverImage" -}}
{{- with .Values.server.image }}
{{- if .digest }}{{ .repository }}@{{ .digest }}{{ else }}{{ .repository }}:{{ default $.Chart.AppVersion .tag }}{{ end }}
{{- end }}
{{- end }}

{{/* The configuration files that are set, as data of a ConfigMap. */}}
{{- define "tiercel.serverFiles" -}}
{{- range $name, $text := .Values.server.files }}
{{- if $text }}
{{ $name }}.yaml: |
  {{- $text | trim | nindent 2 }}
{{- end }}
{{- end }}
{{- end }}
