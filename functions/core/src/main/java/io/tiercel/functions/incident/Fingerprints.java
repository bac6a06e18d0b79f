package io.tiercel.functions.incident;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.tiercel.functions.enrich.HostFacts;
import io.tiercel.rules.alert.Alert;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds the cause of an alert. Two occurrences of one cause differ in process id, port, time and names made up on the spot;
 * those are left out or replaced by {@code *}. Everything else stays, since causes that differ must never merge.
 */
public final class Fingerprints {
    /** The parts of a fingerprint beside the rule, which always belongs to it. */
    static final List<String> PARTS = List.of("cluster", "workload", "executable", "target");

    /** Longest part, in characters: of what is longer a hash stands for the rest, so that it stays apart from others. */
    static final int MAX_PART = 1024;

    private static final JsonStringEncoder QUOTED = JsonStringEncoder.getInstance();

    /** The first of these that has a value is what the event touched. */
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

    /** {@code 10.0.0.1:4000->10.0.0.2:443} with IPv4, bare or bracketed IPv6 addresses. */
    private static final Pattern CONNECTION =
            Pattern.compile("^\\[?[0-9a-fA-F.:]+]?:[0-9]{1,5}->\\[?([0-9a-fA-F.:]+?)]?:[0-9]{1,5}$");

    private static final Pattern NUMBER = Pattern.compile("[0-9]+");
    private static final Pattern UUID =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");
    private static final Pattern CONTAINER_ID = Pattern.compile("[0-9a-f]{64}");

    /** What mktemp(1), mkdtemp(3) with their usual templates and Python's tempfile make. */
    private static final Pattern TEMPORARY = Pattern.compile("(tmp\\.)[0-9A-Za-z]{6,12}|(tmp)[a-z0-9_]{8}");

    private Fingerprints() {}

    /** The cause of an alert, by all the usual parts. */
    public static Fingerprint of(Alert alert, HostFacts host) {
        return of(alert, host, PARTS);
    }

    /**
     * The cause of an alert.
     *
     * @param parts {@link IncidentRule#fingerprint}; fields of the alert are written behind the target, with their names
     */
    public static Fingerprint of(Alert alert, HostFacts host, List<String> parts) {
        StringBuilder target = new StringBuilder(parts.contains("target") ? target(alert) : "");
        for (String part : parts) {
            if (!PARTS.contains(part)) {
                target.append(target.isEmpty() ? "" : " ")
                        .append(named(part, alert.outputFields().get(part)));
            }
        }
        return new Fingerprint(
                bounded(parts.contains("cluster") ? host.cluster() : ""),
                alert.rule(),
                bounded(parts.contains("workload") ? workload(host) : ""),
                bounded(parts.contains("executable") ? executable(alert) : ""),
                bounded(target.toString()));
    }

    /** Quoted, so that no value can be mistaken for another value beside another target. */
    private static String named(String field, @Nullable Object value) {
        String text = value == null ? "" : normalised(value.toString());
        return "{" + field + "=\"" + String.valueOf(QUOTED.quoteAsString(text)) + "\"}";
    }

    private static String bounded(String part) {
        if (part.length() <= MAX_PART) {
            return part;
        }
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(part.getBytes(StandardCharsets.UTF_8));
            String rest = "[...sha256:" + HexFormat.of().formatHex(hash) + "]";
            int cut = MAX_PART - rest.length();
            return part.substring(0, Character.isHighSurrogate(part.charAt(cut - 1)) ? cut - 1 : cut) + rest;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /**
     * The workload outlives its containers where their image is known: then neither the container's id nor the pod's name,
     * which both change with each replica, belongs to it.
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
        // Nothing but the container itself tells it from others.
        return workload.add(host.containerId() != null ? host.containerId() : "pod " + host.pod())
                .toString();
    }

    private static String executable(Alert alert) {
        String path = text(alert, "proc.exepath");
        String name = path == null ? text(alert, "proc.name") : path;
        return name == null ? "" : normalised(name);
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
                Matcher connection = CONNECTION.matcher(target);
                return connection.matches() ? connection.group(1) : normalised(target);
            }
        }
        return "";
    }

    /** The path with the parts that vary from one incidentAlert to the next replaced by {@code *}. */
    static String normalised(String path) {
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
