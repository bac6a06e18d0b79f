package io.tiercel.e2e;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An alert that its sender forged.
 *
 * @param name what is forged, in lower case letters and hyphens
 * @param token the credential; null for none
 * @param claims what the alert claims
 * @param reasons a regular expression for each reason that the incident must show
 */
record Forgery(String name, @Nullable String token, Claims claims, List<String> reasons) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * What an alert claims about its origin.
     *
     * @param host the host name
     * @param pod name of the pod in the namespace {@code shop}; null for an event outside containers
     * @param podUid uid of the pod; null for none
     * @param instance the EC2 instance; null for none
     */
    record Claims(
            String host,
            @Nullable String pod,
            @Nullable String podUid,
            @Nullable String instance) {}

    /** Returns the alert as the sensor of a node writes it: {@code cat} read the file. */
    ObjectNode alert(String id, String file) {
        return alert(id, "Sensitive file read by untrusted program", file, name, claims);
    }

    /** Returns an alert of a rule about a read. */
    static ObjectNode alert(String id, String rule, String file, String output, Claims claims) {
        ObjectNode alert = JSON.createObjectNode();
        alert.put("id", id);
        alert.put("hostname", claims.host);
        alert.put("rule", rule);
        alert.put("priority", "Warning");
        alert.put("source", "syscall");
        alert.put("time", Instant.now().toString());
        alert.put("output", output);
        ObjectNode fields = alert.putObject("output_fields");
        fields.put("fd.name", file);
        fields.put("proc.name", "cat");
        fields.put("proc.exepath", "/bin/busybox");
        if (claims.pod != null) {
            fields.put("container.id", "7b8c96b0bc9c");
            fields.put("container.name", "main");
            fields.put("container.image.repository", "docker.io/library/busybox");
            fields.put("k8s.ns.name", "shop");
            fields.put("k8s.pod.name", claims.pod);
        }
        if (claims.podUid != null) {
            fields.put("k8s.pod.uid", claims.podUid);
        }
        if (claims.instance != null) {
            fields.put("ec2.instance.id", claims.instance);
            fields.put("ec2.instance.source", "dmi");
        }
        return alert;
    }
}
