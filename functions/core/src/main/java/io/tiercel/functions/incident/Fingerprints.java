package io.tiercel.functions.incident;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.tiercel.functions.enrich.ConnectionText;
import io.tiercel.functions.enrich.HostFacts;
import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.text.Sha256;
import io.tiercel.rules.text.TextLimit;
import java.util.List;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Computes fingerprints. Two occurrences of one cause differ in process id, port, time and generated names. The
 * fingerprint omits those or replaces them by {@code *}. It keeps everything else, because different causes must never
 * merge.
 */
public final class Fingerprints {
    /** The optional parts of a fingerprint. The rule is always a part. */
    static final List<String> PARTS = List.of("cluster", "workload", "executable", "target");

    /** Maximum length of a part, in characters. A hash replaces the end of a longer part, so that long parts stay distinct. */
    static final int MAX_PART = 1024;

    private static final JsonStringEncoder QUOTED = JsonStringEncoder.getInstance();

    /** The first of these fields that has a value is the target. */
    private static final List<String> TARGET_FIELDS = List.of(
            "fd.name",
            "fs.path.name",
            "fs.path.target",
            "evt.arg.path",
            "evt.arg.name",
            "evt.arg.newpath",
            "evt.arg.oldpath",
            "evt.arg.target");

    private static final List<String> SERVER_FIELDS = List.of("fd.sip", "fd.rip");

    private static final Pattern NUMBER = Pattern.compile("[0-9]+");
    private static final Pattern UUID =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");
    private static final Pattern CONTAINER_ID = Pattern.compile("[0-9a-f]{64}");

    /** Names that mktemp(1), mkdtemp(3) with their usual templates and Python's tempfile generate. */
    private static final Pattern TEMPORARY = Pattern.compile("(tmp\\.)[0-9A-Za-z]{6,12}|(tmp)[a-z0-9_]{8}");

    private Fingerprints() {}

    /** Returns the fingerprint of an alert with the default parts. */
    public static Fingerprint of(Alert alert, HostFacts host) {
        return of(alert, host, PARTS);
    }

    /**
     * Returns the fingerprint of an alert.
     *
     * @param parts {@link IncidentRule#fingerprint}. Fields of the alert follow the target, with their names
     */
    public static Fingerprint of(Alert alert, HostFacts host, List<String> parts) {
        StringBuilder target = new StringBuilder(parts.contains("target") ? target(alert) : "");
        for (String part : parts) {
            if (!PARTS.contains(part)) {
                target.append(target.isEmpty() ? "" : " ")
                        .append(named(part, normalizedValue(alert.outputFields().get(part))));
            }
        }
        return new Fingerprint(
                limited(parts.contains("cluster") ? host.cluster() : ""),
                alert.rule(),
                limited(parts.contains("workload") ? workload(host) : ""),
                limited(parts.contains("executable") ? executable(alert) : ""),
                limited(target.toString()));
    }

    /** Quotes the value, so that no combination of target and value equals another one. */
    static String named(String field, String value) {
        return "{" + field + "=\"" + String.valueOf(QUOTED.quoteAsString(value)) + "\"}";
    }

    private static String normalizedValue(@Nullable Object value) {
        return value == null ? "" : normalized(value.toString());
    }

    private static String limited(String part) {
        if (part.length() <= MAX_PART) {
            return part;
        }
        String suffix = "[...sha256:" + Sha256.hex(part) + "]";
        return TextLimit.cut(part, MAX_PART, suffix);
    }

    /**
     * Returns the workload. If the image is known, the workload contains neither the container's id nor the pod's name,
     * which both change with each replica.
     */
    private static String workload(HostFacts host) {
        if (!host.inContainer()) {
            return "host " + host.node();
        }
        StringJoiner workload = new StringJoiner(" ", "container ", "");
        workload.add(host.namespace() == null ? "-" : host.namespace());
        workload.add(host.containerName() == null || host.namespace() == null ? "-" : host.containerName());
        if (host.image() != null) {
            return workload.add(host.image()).toString();
        }
        // Only the container itself distinguishes it from others.
        return workload.add(host.containerId() != null ? host.containerId() : "pod " + host.pod())
                .toString();
    }

    private static String executable(Alert alert) {
        String path = text(alert, "proc.exepath");
        String name = path == null ? text(alert, "proc.name") : path;
        return name == null ? "" : normalized(name);
    }

    private static String target(Alert alert) {
        for (String field : SERVER_FIELDS) {
            String server = text(alert, field);
            if (server != null) {
                return server;
            }
        }
        for (String field : TARGET_FIELDS) {
            String target = text(alert, field);
            if (target != null) {
                return ConnectionText.serverAddress(target).orElseGet(() -> normalized(target));
            }
        }
        return PluginTarget.of(alert);
    }

    /** The path with the parts that vary from one alert to the next replaced by {@code *}. */
    static String normalized(String path) {
        StringJoiner parts = new StringJoiner("/");
        for (String part : path.split("/", -1)) {
            Matcher temporary = TEMPORARY.matcher(part);
            if (NUMBER.matcher(part).matches()
                    || UUID.matcher(part).matches()
                    || CONTAINER_ID.matcher(part).matches()) {
                parts.add("*");
            } else if (temporary.matches()) {
                parts.add((temporary.group(1) == null ? "tmp" : "tmp.") + "*");
            } else {
                parts.add(part);
            }
        }
        return parts.toString();
    }

    private static @Nullable String text(Alert alert, String field) {
        return alert.outputFields().get(field) instanceof String text && !text.isEmpty() && !text.equals("<NA>")
                ? text
                : null;
    }
}
