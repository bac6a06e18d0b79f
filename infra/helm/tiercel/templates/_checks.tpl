{{/* The sensor mounts folders of the node. Below other Pod Security levels, the DaemonSet has no pods, and Helm reports success. */}}
{{- define "tiercel.checkNamespace" -}}
{{- $labels := dig "metadata" "labels" dict (lookup "v1" "Namespace" "" .Release.Namespace) }}
{{- $level := get $labels "pod-security.kubernetes.io/enforce" }}
{{- if and $level (ne $level "privileged") }}
{{- fail (printf "the namespace %s enforces the Pod Security level %s, which rejects the sensor's pods. Run: kubectl label --overwrite namespace %s pod-security.kubernetes.io/enforce=privileged" .Release.Namespace $level .Release.Namespace) }}
{{- end }}
{{- end }}

{{/* Fails with a clear message if the server's values do not fit together, or the cluster cannot store its data. */}}
{{- define "tiercel.checkServer" -}}
{{- with .Values.server }}
{{- if not .tlsSecret }}
{{- fail "server.enabled requires server.tlsSecret: the name of a Secret with tls.crt, tls.key and ca.crt; without it, every pod could post alerts" }}
{{- end }}
{{- if and .identity.required (not .identity.enabled) }}
{{- fail "server.identity.required needs server.identity.enabled: a server that verifies no sender would reject every alert" }}
{{- end }}
{{- if ne (empty .identity.ec2Certificates) (empty .identity.ec2Accounts) }}
{{- fail "server.identity: set both ec2Certificates and ec2Accounts, or neither" }}
{{- end }}
{{- if and (or (has "aws" .actions) (has "aws" .enrichSources)) (not .region) (not (hasKey .env "AWS_REGION")) }}
{{- fail "server.region: server.actions or server.enrichSources contain aws, so set the AWS region" }}
{{- end }}
{{- end }}
{{- include "tiercel.checkCaps" . }}
{{- include "tiercel.checkStorage" . }}
{{- end }}

{{/* helm template and --dry-run=client see no cluster, and then the list of classes has no kind. */}}
{{- define "tiercel.checkStorage" -}}
{{- with .Values.server.storage }}
{{- if and (eq .kind "persistentVolumeClaim") (not .className) }}
{{- $claim := lookup "v1" "PersistentVolumeClaim" $.Release.Namespace (include "tiercel.server" $) }}
{{- $classes := lookup "storage.k8s.io/v1" "StorageClass" "" "" }}
{{- if and (not $claim) (get $classes "kind") }}
{{- $default := "" }}
{{- range $class := get $classes "items" }}
{{- $annotations := default dict $class.metadata.annotations }}
{{- if eq "true" (toString (get $annotations "storageclass.kubernetes.io/is-default-class")) }}{{ $default = $class.metadata.name }}{{ end }}
{{- end }}
{{- if not $default }}
{{- fail "server.storage: the cluster has no default StorageClass, so the server's volume would stay pending. Set server.storage.className to one of `kubectl get storageclass`, or to \"-\" for a volume that you created, or server.storage.kind to emptyDir to lose incidents with the pod" }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/* Without these peers, a network policy would cut off clients that the values ask for. */}}
{{- define "tiercel.checkPeers" -}}
{{- with .Values.networkPolicy }}{{ if .enabled }}
{{- if and $.Values.metrics.serviceMonitor.enabled (not .metricsFrom) }}
{{- fail "networkPolicy.metricsFrom: metrics.serviceMonitor.enabled needs the pods of Prometheus, such as [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: monitoring}}}], or set networkPolicy.enabled=false" }}
{{- end }}
{{- if and $.Values.grpc.enabled (not .grpcFrom) }}
{{- fail "networkPolicy.grpcFrom: grpc.enabled needs the pods of the clients, such as [{podSelector: {matchLabels: {app: siem}}}], or set networkPolicy.enabled=false" }}
{{- end }}
{{- end }}{{ end }}
{{- end }}

{{/* The server ends at once if a cap is out of range, while Helm reports success. */}}
{{- define "tiercel.checkCaps" -}}
{{- range $item := fromYamlArray .Values.server.files.responses }}
{{- $caps := list }}
{{- if kindIs "map" $item }}
{{- $caps = append $caps $item.cap }}
{{- if kindIs "map" $item.guards }}{{ $caps = append $caps $item.guards.cap }}{{ end }}
{{- end }}
{{- range $cap := $caps }}
{{- if and (kindIs "map" $cap) (or (lt (int64 $cap.max) 0) (gt (int64 $cap.max) 100)) }}
{{- fail (printf "server.files.responses: the max of a cap is from 0 to 100, not %v" $cap.max) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
