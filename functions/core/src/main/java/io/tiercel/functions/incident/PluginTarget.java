package io.tiercel.functions.incident;

import io.tiercel.rules.alert.Alert;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The target of alerts of Falco's plugins, whose events are records of audit logs: the user, the source address and the object, as
 * far as the output of the rule contains them.
 */
final class PluginTarget {
    /** Sources whose events have a program, a file or a server. */
    private static final Set<String> NODE_SOURCES = Set.of("syscall", Alert.INTERNAL, "tiercel");

    /** Of each list, the first field that has a value. */
    private static final List<List<String>> FIELDS = List.of(
            // CloudTrail.
            List.of("ct.user.arn", "ct.user.principalid", "ct.user"),
            List.of("ct.user.accountid"),
            List.of("ct.srcip"),
            List.of("ct.request.username"),
            List.of("ct.request.groupname"),
            List.of("ct.request.policy"),
            List.of("ct.request.functionname"),
            List.of("ct.request.cluster"),
            List.of("ct.request.servicename"),
            List.of("ct.request.name"),
            List.of("ct.request.host"),
            List.of("s3.bucket", "s3.uri"),
            List.of("ecr.repository"),
            List.of("ec2.name"),
            List.of("ct.resources"),
            // The audit log of Kubernetes.
            List.of("ka.user.name"),
            List.of("ka.impuser.name"),
            List.of("ka.sourceips"),
            List.of("ka.target.resource"),
            List.of("ka.target.subresource"),
            List.of("ka.target.namespace"),
            List.of("ka.target.name", "ka.resp.name", "ka.req.configmap.name"),
            List.of("ka.req.binding.role"),
            List.of("ka.req.binding.subjects"),
            // GitHub.
            List.of("github.user"),
            List.of("github.repo.url", "github.repo.name", "github.repo", "github.org"),
            List.of("github.collaborator.name"),
            List.of("github.workflow.filename"),
            // Okta.
            List.of("okta.actor.alternateid", "okta.actor.id", "okta.actor.name"),
            List.of("okta.client.ip"),
            List.of("okta.target.user.alternateid", "okta.target.user.id", "okta.target.user.name"),
            List.of("okta.target.group.alternateid", "okta.target.group.id", "okta.target.group.name"),
            List.of("okta.target.app.alternateid", "okta.app"),
            // Google Cloud.
            List.of("gcp.user"),
            List.of("gcp.callerIP"),
            List.of("gcp.authorizationInfo"));

    private PluginTarget() {}

    /** Returns the target; empty if the alert is not one of a plugin or contains none of the fields. */
    static String of(Alert alert) {
        return NODE_SOURCES.contains(alert.source())
                ? ""
                : FIELDS.stream()
                        .map(alternatives -> first(alert, alternatives))
                        .filter(Objects::nonNull)
                        .collect(Collectors.joining(" "));
    }

    private static @Nullable String first(Alert alert, List<String> alternatives) {
        for (String field : alternatives) {
            Object value = alert.outputFields().get(field);
            if (value != null && !value.equals("") && !value.equals("<NA>")) {
                return Fingerprints.named(field, value.toString());
            }
        }
        return null;
    }
}
