{{- define "tiercel.chartName" -}}
{{- default .Chart.Name .Values.nameOverride }}
{{- end }}

{{- define "tiercel.name" -}}
{{- $chart := include "tiercel.chartName" . }}
{{- if .Values.fullnameOverride }}{{ .Values.fullnameOverride }}
{{- else if contains $chart .Release.Name }}{{ .Release.Name }}{{ else }}{{ .Release.Name }}-{{ $chart }}{{ end }}
{{- end }}

{{- define "tiercel.selector" -}}
app.kubernetes.io/name: {{ include "tiercel.chartName" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: sensor
{{- end }}

{{- define "tiercel.testSelector" -}}
app.kubernetes.io/name: {{ include "tiercel.chartName" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: test
{{- end }}

{{- define "tiercel.testLabels" -}}
{{ include "tiercel.testSelector" . }}
{{ include "tiercel.origin" . }}
{{- end }}

{{- define "tiercel.labels" -}}
{{ include "tiercel.selector" . }}
{{ include "tiercel.origin" . }}
{{- end }}

{{- define "tiercel.origin" -}}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "tiercel.serviceAccount" -}}
{{- required "serviceAccount.name: set the name of the sensors' service account" .Values.serviceAccount.name }}
{{- end }}

{{- /* Kubernetes has the field appArmorProfile since 1.30. */}}
{{- define "tiercel.appArmorAnnotation" -}}
{{- with .Values.appArmorProfile -}}
{{- if eq .type "Localhost" }}localhost/{{ .localhostProfile }}{{ else if eq .type "RuntimeDefault" }}runtime/default{{ else }}unconfined{{ end -}}
{{- end -}}
{{- end }}

{{- define "tiercel.image" -}}
{{- if .Values.image.digest }}{{ .Values.image.repository }}@{{ .Values.image.digest }}{{ else }}{{ .Values.image.repository }}:{{ default .Chart.AppVersion .Values.image.tag }}{{ end }}
{{- end }}

{{/* The socket of the probes. The sensor creates its folder, because every user may write to that of an emptyDir. */}}
{{- define "tiercel.healthSocket" -}}/run/tiercel/health/sensor.sock{{- end }}

{{/* The command of a probe: a small Java program of the sensor's image, which has no shell. The argument is the path. */}}
{{- define "tiercel.probe" -}}
[/opt/tiercel/runtime/bin/java, -Xint, -Xmx8m, "-XX:+UseSerialGC", "-XX:-UsePerfData", -cp, /opt/tiercel/health, io.tiercel.sensor.cli.HealthProbe, {{ include "tiercel.healthSocket" . }}, {{ . }}]
{{- end }}

{{/* The Secret whose key "token" clients show to read the sensors' metrics. */}}
{{- define "tiercel.metricsSecret" -}}
{{- default (printf "%s-metrics" (include "tiercel.name" .)) .Values.metrics.tokenSecret }}
{{- end }}

{{/* The HTTPS URL that sensors deliver to, or empty. */}}
{{- define "tiercel.deliveryServer" -}}
{{- if .Values.server.enabled }}https://{{ include "tiercel.server" . }}.{{ .Release.Namespace }}.svc:{{ .Values.server.port }}{{ else }}{{ .Values.delivery.server }}{{ end }}
{{- end }}

{{/* Not empty if sensors send a token with their alerts. A fixed Authorization header leaves no place for it. */}}
{{- define "tiercel.sendsToken" -}}
{{- if and .Values.identity.enabled (or .Values.delivery.sqs.queueUrl (and (include "tiercel.deliveryServer" .) (not .Values.delivery.authorizationSecret))) }}true{{ end }}
{{- end }}

{{/* The sensor's configuration: settings from values, which override those of "config". */}}
{{- define "tiercel.config" -}}
{{- if and .Values.delivery.sqs.queueUrl .Values.delivery.server }}
{{- fail "delivery: set either delivery.sqs.queueUrl or delivery.server, not both" }}
{{- end }}
{{- if and .Values.server.enabled (or .Values.delivery.sqs.queueUrl .Values.delivery.server) }}
{{- fail "server.enabled: sensors deliver to the server in the cluster; leave delivery.sqs.queueUrl and delivery.server empty" }}
{{- end }}
{{- if and .Values.server.enabled (not .Values.delivery.tlsSecret) }}
{{- fail "server.enabled requires delivery.tlsSecret: the name of a Secret with tls.crt, tls.key and ca.crt for the sensors" }}
{{- end }}
{{- if and .Values.grpc.enabled (not .Values.grpc.tlsSecret) }}
{{- fail "grpc.enabled requires grpc.tlsSecret: the name of a Secret with tls.crt, tls.key and ca.crt" }}
{{- end }}
{{- include "tiercel.checkPeers" . }}
{{- $files := list }}
{{- if .Values.rules.detections }}{{ $files = append $files "/opt/tiercel/rules/detections" }}
{{- if .Values.server.enabled }}{{ $files = append $files "/etc/tiercel/config/server.rules.yaml" }}{{ end }}{{ end }}
{{- if .Values.rules.files }}{{ $files = append $files "/etc/tiercel/rules.d" }}{{ end }}
{{- range .Values.rules.configMaps }}{{ $files = append $files (printf "/etc/tiercel/rules.%s" .) }}{{ end }}
{{- if not $files }}
{{- fail "rules: no rules are configured; set rules.detections, rules.files or rules.configMaps" }}
{{- end }}
{{- $fromValues := dict
    "rules" (dict "files" $files)
    "containers" (dict "runtimes" (list (printf "/run/tiercel-runtime/%s" .Values.containerRuntime.socket)))
    "metrics" (dict "listen" (printf "0.0.0.0:%d" (int .Values.metrics.port)) "token_file" "/etc/tiercel/metrics/token" "health_socket" (include "tiercel.healthSocket" .))
    "log" (dict "format" "json") }}
{{- if .Values.cluster }}
{{- $_ := set $fromValues.rules "append_output" (printf "cluster=%s" .Values.cluster) }}
{{- end }}
{{- $deliveryServer := include "tiercel.deliveryServer" . }}
{{- if or .Values.delivery.sqs.queueUrl $deliveryServer }}
{{- $_ := set $fromValues "spool" (dict "folder" "/var/lib/tiercel/spool" "max_bytes" (int64 .Values.spool.maxBytes)) }}
{{- end }}
{{- with .Values.delivery.sqs }}{{ if .queueUrl }}
{{- $sqs := dict "queue_url" .queueUrl }}
{{- if .region }}{{ $_ := set $sqs "region" .region }}{{ end }}
{{- if .endpoint }}{{ $_ := set $sqs "endpoint" .endpoint }}{{ end }}
{{- $_ := set $fromValues "delivery" (dict "sqs" $sqs) }}
{{- end }}{{ end }}
{{- if $deliveryServer }}
{{- $delivery := dict "server" $deliveryServer }}
{{- if .Values.delivery.tlsSecret }}
{{- $_ := set $delivery "ca" "/etc/tiercel/delivery-tls/ca.crt" }}
{{- $_ := set $delivery "certificate" "/etc/tiercel/delivery-tls/tls.crt" }}
{{- $_ := set $delivery "key" "/etc/tiercel/delivery-tls/tls.key" }}
{{- end }}
{{- if .Values.delivery.authorizationSecret }}{{ $_ := set $delivery "authorization_file" "/etc/tiercel/delivery-authorization/authorization" }}{{ end }}
{{- $_ := set $fromValues "delivery" $delivery }}
{{- end }}
{{- if include "tiercel.sendsToken" . }}
{{- $_ := set $fromValues "identity" (dict "token_file" "/etc/tiercel/identity/token") }}
{{- end }}
{{- if .Values.grpc.enabled }}
{{- $grpc := dict "listen" (printf "0.0.0.0:%d" (int .Values.grpc.port)) "certificate" "/etc/tiercel/grpc-tls/tls.crt" "key" "/etc/tiercel/grpc-tls/tls.key" "ca" "/etc/tiercel/grpc-tls/ca.crt" }}
{{- if .Values.grpc.allow }}{{ $_ := set $grpc "allow" .Values.grpc.allow }}{{ end }}
{{- $_ := set $fromValues "grpc" $grpc }}
{{- end }}
{{- toYaml (mergeOverwrite (deepCopy .Values.config) $fromValues) }}
{{- end }}

{{/* An affinity, restricted to nodes whose architecture the images are made for. The terms of a node selector are alternatives, so each
gets the requirement. The argument has the keys "affinity" and "architectures". */}}
{{- define "tiercel.affinity" -}}
{{- $affinity := deepCopy .affinity }}
{{- $node := $affinity.nodeAffinity | default dict }}
{{- $required := $node.requiredDuringSchedulingIgnoredDuringExecution | default dict }}
{{- $architecture := dict "key" "kubernetes.io/arch" "operator" "In" "values" .architectures }}
{{- $terms := list }}
{{- range $required.nodeSelectorTerms | default (list dict) }}
{{- $terms = append $terms (merge (dict "matchExpressions" (append (.matchExpressions | default list) $architecture)) .) }}
{{- end }}
{{- $_ := set $node "requiredDuringSchedulingIgnoredDuringExecution" (dict "nodeSelectorTerms" $terms) }}
{{- $_ := set $affinity "nodeAffinity" $node }}
{{- toYaml $affinity }}
{{- end }}
