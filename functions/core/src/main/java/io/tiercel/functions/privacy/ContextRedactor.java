package io.tiercel.functions.privacy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Redacts the context of alerts: each value like the output field that has the same value. The first process is that of the {@code
 * proc.} fields, the others are those of the {@code proc.a} fields.
 */
final class ContextRedactor {
    private static final TextNode REDACTED = TextNode.valueOf(Redactor.MARKER);

    /** The fields of the first process, and of its ancestors, by the key in the context. */
    private static final Map<String, String> PROCESS = Map.of(
            "name", "proc.name",
            "exe", "proc.exepath",
            "cmdline", "proc.cmdline",
            "user", "user.name",
            "pid", "proc.pid",
            "startTime", "proc.pid.ts");

    private static final Map<String, String> ANCESTOR = Map.of(
            "name", "proc.aname",
            "exe", "proc.aexepath",
            "cmdline", "proc.acmdline",
            "user", "user.name",
            "pid", "proc.apid",
            "startTime", "proc.ppid.ts");

    private static final Map<String, String> CONTAINER = Map.of(
            "id", "container.id",
            "name", "container.name",
            "image", "container.image",
            "imageDigest", "container.image.digest",
            "runtime", "container.type",
            "privileged", "container.privileged",
            "pod", "k8s.pod.name",
            "namespace", "k8s.ns.name",
            "podUid", "k8s.pod.uid",
            "startedAt", "container.start_ts");

    private final PrivacySettings settings;

    ContextRedactor(PrivacySettings settings) {
        this.settings = settings;
    }

    /** Redacts a context in place. Values under other keys are treated as text. */
    JsonNode redact(JsonNode context, FoundValues found) {
        if (!(context instanceof ObjectNode object)) {
            return settings.secrets() ? Redactor.walk(context, found, null, "context") : context;
        }
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            JsonNode value = entry.getValue();
            if (entry.getKey().equals("ancestors") && value.isArray()) {
                for (int i = 0; i < value.size(); i++) {
                    if (value.get(i) instanceof ObjectNode process) {
                        fields(process, i == 0 ? PROCESS : ANCESTOR, program(process), found);
                    }
                }
            } else if (entry.getKey().equals("container") && value instanceof ObjectNode container) {
                fields(container, CONTAINER, null, found);
            } else if (settings.secrets()) {
                entry.setValue(Redactor.walk(value, found, null, entry.getKey()));
            }
        }
        return context;
    }

    private void fields(
            ObjectNode object, Map<String, String> names, @Nullable ProgramOptions program, FoundValues found) {
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            String name = names.getOrDefault(entry.getKey(), entry.getKey());
            JsonNode value = entry.getValue();
            if (settings.redacts(name)) {
                entry.setValue(REDACTED);
            } else if (settings.secrets() && settings.scans(name)) {
                entry.setValue(known(Redactor.walk(value, found, program, name), found));
            }
        }
    }

    /** Removes what an output field of the alert has shown to be a secret. The context may have cut off what identifies it. */
    private static JsonNode known(JsonNode value, FoundValues found) {
        return value instanceof TextNode text ? TextNode.valueOf(found.removeFrom(text.textValue())) : value;
    }

    private static @Nullable ProgramOptions program(ObjectNode process) {
        JsonNode name = process.get("name");
        return name != null && name.isTextual() ? ProgramOptions.of(name.textValue()) : null;
    }
}
