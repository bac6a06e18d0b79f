package io.tiercel.sensor.container;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.tiercel.rules.event.ByteText;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Converts container metadata to JSON, which is the parameter {@code json} of container events and the content of records.
 *
 * <p>The keys are those of Falco's container plugin, plus {@code annotations} and {@code pid}.
 */
public final class ContainerJson {
    /** The maximum length of a record's text in bytes. */
    private static final int MAX_LENGTH = 0xfff0;

    private static final JsonFactory FACTORY = new JsonFactory();
    private static final long SECOND = 1_000_000_000L;

    private ContainerJson() {}

    /** The labels that identify the pod. The runtime or the kubelet sets them, and their length has limits. */
    private static final List<String> IDENTITY =
            List.of(ContainerInfo.POD_NAME, ContainerInfo.POD_NAMESPACE, ContainerInfo.POD_UID);

    /**
     * The parts to write. If the JSON is too long, the parts that no field needs are left out first. The creator of a pod chooses the
     * size of each part that can be left out, so the pod's identity is always written.
     */
    private enum Detail {
        ALL,
        WITHOUT_ENVIRONMENT,
        WITHOUT_ANNOTATIONS,
        WITHOUT_LABELS,
        WITHOUT_MOUNTS
    }

    /** Returns the JSON as a byte string of at most 64 KiB. */
    public static String write(ContainerInfo info) {
        String text = "";
        for (Detail detail : Detail.values()) {
            text = ByteText.fromUnicode(toJson(info, detail));
            if (text.length() <= MAX_LENGTH) {
                return text;
            }
        }
        return unknown(info.id());
    }

    /** Returns the JSON of a container that no runtime knows. */
    public static String unknown(String id) {
        StringWriter out = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            json.writeStartObject();
            json.writeObjectFieldStart("container");
            writeIds(json, id);
            json.writeEndObject();
            json.writeEndObject();
        } catch (IOException e) {
            throw new IllegalStateException("Writing to memory must not fail", e);
        }
        return out.toString();
    }

    private static void writeIds(JsonGenerator json, String id) throws IOException {
        json.writeStringField("id", id.substring(0, Math.min(12, id.length())));
        json.writeStringField("full_id", id);
    }

    private static String toJson(ContainerInfo c, Detail detail) {
        StringWriter out = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            json.writeStartObject();
            json.writeObjectFieldStart("container");
            writeIds(json, c.id());
            json.writeStringField("name", c.name());
            json.writeStringField("type", c.type());
            json.writeStringField("image", c.image().name());
            json.writeStringField("imageid", c.image().id());
            json.writeStringField("imagerepo", c.image().repository());
            json.writeStringField("imagetag", c.image().tag());
            json.writeStringField("imagedigest", c.image().digest());
            json.writeBooleanField("privileged", c.privileged());
            json.writeBooleanField("host_pid", c.hostPid());
            json.writeBooleanField("host_network", c.hostNetwork());
            json.writeBooleanField("host_ipc", c.hostIpc());
            json.writeStringField("ip", c.ip());
            json.writeStringField("cni_json", detail == Detail.WITHOUT_MOUNTS ? "" : c.cniJson());
            json.writeStringField("pod_sandbox_id", c.sandboxId());
            json.writeBooleanField("is_pod_sandbox", c.sandbox());
            json.writeNumberField("created_time", c.createdNanos() / SECOND);
            json.writeNumberField("pid", c.pid());
            if (detail.compareTo(Detail.WITHOUT_LABELS) < 0) {
                writeMap(json, "labels", c.labels());
                writeMap(json, "pod_sandbox_labels", c.podLabels());
            } else {
                Map<String, String> identity = new TreeMap<>(c.labels());
                identity.keySet().retainAll(IDENTITY);
                writeMap(json, "labels", identity);
            }
            if (detail.compareTo(Detail.WITHOUT_MOUNTS) < 0) {
                writeMounts(json, c.mounts());
            }
            if (detail.compareTo(Detail.WITHOUT_ANNOTATIONS) < 0) {
                writeMap(json, "annotations", c.annotations());
            }
            if (detail == Detail.ALL) {
                json.writeArrayFieldStart("env");
                for (String variable : c.environment()) {
                    json.writeString(variable);
                }
                json.writeEndArray();
            }
            json.writeEndObject();
            json.writeEndObject();
        } catch (IOException e) {
            throw new IllegalStateException("Writing to memory must not fail", e);
        }
        return out.toString();
    }

    private static void writeMap(JsonGenerator json, String name, Map<String, String> map) throws IOException {
        json.writeObjectFieldStart(name);
        for (Map.Entry<String, String> entry : map.entrySet()) {
            json.writeStringField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
    }

    private static void writeMounts(JsonGenerator json, Collection<ContainerMount> mounts) throws IOException {
        json.writeArrayFieldStart("Mounts");
        for (ContainerMount mount : mounts) {
            json.writeStartObject();
            json.writeStringField("Source", mount.source());
            json.writeStringField("Destination", mount.destination());
            json.writeStringField("Mode", mount.mode());
            json.writeBooleanField("RW", mount.writable());
            json.writeStringField("Propagation", mount.propagation());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /**
     * Parses the output of {@link #write}. The texts of the result are byte strings.
     *
     * @throws IOException if the text is not valid JSON
     */
    public static ContainerInfo read(String bytes) throws IOException {
        JsonTree c = JsonTree.parse(bytes).get("container");
        return new ContainerInfo(
                c.get("full_id").text(),
                c.get("name").text(),
                c.get("type").text(),
                new ContainerImage(
                        c.get("image").text(),
                        c.get("imageid").text(),
                        c.get("imagerepo").text(),
                        c.get("imagetag").text(),
                        c.get("imagedigest").text()),
                c.get("privileged").isTrue(),
                c.get("host_pid").isTrue(),
                c.get("host_network").isTrue(),
                c.get("host_ipc").isTrue(),
                c.get("ip").text(),
                c.get("cni_json").text(),
                c.get("pod_sandbox_id").text(),
                c.get("is_pod_sandbox").isTrue(),
                new TreeMap<>(c.get("labels").stringMembers()),
                new TreeMap<>(c.get("annotations").stringMembers()),
                new TreeMap<>(c.get("pod_sandbox_labels").stringMembers()),
                c.get("Mounts").elements().stream()
                        .map(mount -> new ContainerMount(
                                mount.get("Source").text(),
                                mount.get("Destination").text(),
                                mount.get("Mode").text(),
                                mount.get("RW").isTrue(),
                                mount.get("Propagation").text()))
                        .toList(),
                List.copyOf(c.get("env").elements().stream().map(JsonTree::text).toList()),
                c.get("created_time").number() * SECOND,
                (int) c.get("pid").number());
    }
}
