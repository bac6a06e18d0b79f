{{- define "tiercel.server" -}}
{{ include "tiercel.name" . }}-server
{{- end }}

{{- define "tiercel.serverSelector" -}}
app.kubernetes.io/name: {{ include "tiercel.chartName" . }}
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

{{/* The names that container runtimes report for the server's repository: as written, and with the default registry. */}}
{{- define "tiercel.serverRepositories" -}}
{{- $repository := .Values.server.image.repository }}
{{- $host := splitList "/" $repository | first }}
{{- $names := list $repository }}
{{- if not (contains "/" $repository) }}{{ $names = append $names (printf "docker.io/library/%s" $repository) }}
{{- else if not (or (contains "." $host) (contains ":" $host) (eq $host "localhost")) }}{{ $names = append $names (printf "docker.io/%s" $repository) }}
{{- end }}
{{- range $i, $name := $names }}{{ if $i }}, {{ end }}{{ $name | quote }}{{ end }}
{{- end }}

{{/* Rules that tell the detections which process is the server of this release. */}}
{{- define "tiercel.serverRules" -}}
- macro: tiercel_server
  condition: >
    (k8s.ns.name = {{ .Release.Namespace | quote }} and container.name = server
     and container.image.repository in ({{ include "tiercel.serverRepositories" . }})
     {{- with .Values.server.image.digest }}
     and container.image.digest = {{ . | quote }}
     {{- end }}
     and proc.exepath = /opt/tiercel/runtime/bin/java and not proc.is_exe_upper_layer = true)
  override: {condition: replace}
{{- end }}

{{/* The server's environment, as a YAML map. Values of "env" override the others. */}}
{{- define "tiercel.serverEnvironment" -}}
{{- $environment := dict
    "TIERCEL_HOST" "0.0.0.0"
    "TIERCEL_PORT" (toString .Values.server.port)
    "TIERCEL_DATA" "/var/lib/tiercel/functions"
    "TIERCEL_TLS_CERTIFICATE" "/etc/tiercel/tls/tls.crt"
    "TIERCEL_TLS_KEY" "/etc/tiercel/tls/tls.key"
    "TIERCEL_TLS_AUTHORITY" "/etc/tiercel/tls/ca.crt" }}
{{- if .Values.cluster }}{{ $_ := set $environment "TIERCEL_CLUSTER" .Values.cluster }}{{ end }}
{{- range $name, $text := .Values.server.files }}
{{- if $text }}{{ $_ := set $environment (printf "TIERCEL_%s" (upper $name)) (printf "/etc/tiercel/files/%s.yaml" $name) }}{{ end }}
{{- end }}
{{- if .Values.server.tokenSecret }}{{ $_ := set $environment "TIERCEL_TOKEN_FILE" "/etc/tiercel/token/token" }}{{ end }}
{{- if .Values.server.actions }}{{ $_ := set $environment "TIERCEL_ACTIONS" (join "," .Values.server.actions) }}{{ end }}
{{- if .Values.server.enrichSources }}{{ $_ := set $environment "TIERCEL_ENRICH_SOURCES" (join "," .Values.server.enrichSources) }}{{ end }}
{{- if .Values.server.viewerTokenSecret }}{{ $_ := set $environment "TIERCEL_VIEWER_TOKEN_FILE" "/etc/tiercel/viewer-token/token" }}{{ end }}
{{- if .Values.server.region }}{{ $_ := set $environment "AWS_REGION" .Values.server.region }}{{ end }}
{{- if .Values.server.eksCluster }}{{ $_ := set $environment "TIERCEL_EKS_CLUSTER" .Values.server.eksCluster }}{{ end }}
{{- with .Values.server.identity }}{{ if .enabled }}
{{- $_ := set $environment "TIERCEL_IDENTITY_KEYS" "kubernetes" }}
{{- $_ := set $environment "TIERCEL_IDENTITY_AUDIENCE" $.Values.identity.audience }}
{{- $_ := set $environment "TIERCEL_IDENTITY_SERVICE_ACCOUNT" (printf "%s/%s" $.Release.Namespace (include "tiercel.serviceAccount" $)) }}
{{- $_ := set $environment "TIERCEL_IDENTITY_REQUIRED" (toString .required) }}
{{- $_ := set $environment "TIERCEL_IDENTITY_CLIENT_CERTIFICATES" (toString .clientCertificates) }}
{{- if .ec2Certificates }}
{{- $_ := set $environment "TIERCEL_IDENTITY_EC2_CERTIFICATES" "/etc/tiercel/files/ec2-certificates.pem" }}
{{- $_ := set $environment "TIERCEL_IDENTITY_EC2_ACCOUNTS" (join "," .ec2Accounts) }}
{{- end }}
{{- end }}{{ end }}
{{- toYaml (mergeOverwrite $environment (deepCopy .Values.server.env)) }}
{{- end }}

{{/* The configuration files that are set, as data of a ConfigMap. */}}
{{- define "tiercel.serverFiles" -}}
{{- range $name, $text := .Values.server.files }}
{{- if $text }}
{{ $name }}.yaml: |
  {{- $text | trim | nindent 2 }}
{{- end }}
{{- end }}
{{- with .Values.server.identity }}{{ if and .enabled .ec2Certificates }}
ec2-certificates.pem: |
  {{- .ec2Certificates | trim | nindent 2 }}
{{- end }}{{ end }}
{{- end }}
