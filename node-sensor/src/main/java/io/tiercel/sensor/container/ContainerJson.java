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
 * Container metadata as the JSON text that a container's start carries as its parameter {@code json}, and that takes the
 * metadata into the state. Names are those of Falco's container plugin, with {@code annotations} and {@code pid} added.
 */
public final class ContainerJson {
    /** Bytes that a record's text holds. */
    private static final int LIMIT = 0xfff0;

    private static final JsonFactory FACTORY = new JsonFactory();
    private static final long SECOND = 1_000_000_000L;

    private ContainerJson() {}

    /** How much is written: what no field needs is left out first, where everything would be too long. */
    private enum Extent {
        ALL,
        WITHOUT_ENVIRONMENT,
        WITHOUT_ANNOTATIONS,
        WITHOUT_LABELS_AND_MOUNTS
    }

    /** The text, as a byte string of at most 64 KiB. */
    public static String write(ContainerInfo metadata) {
        String text = "";
        for (Extent extent : Extent.values()) {
            text = ByteText.fromUnicode(text(metadata, extent));
            if (text.length() <= LIMIT) {
                return text;
            }
        }
        return unknown(metadata.id());
    }

    /** The text for a container of which no runtime knows. */
    public static String unknown(String id) {
        StringWriter out = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            json.writeStartObject();
            json.writeObjectFieldStart("container");
            ids(json, id);
            json.writeEndObject();
            json.writeEndObject();
        } catch (IOException e) {
            throw new IllegalStateException("a text in memory can be written", e);
        }
        return out.toString();
    }

    private static void ids(JsonGenerator json, String id) throws IOException {
        json.writeStringField("id", id.substring(0, Math.min(12, id.length())));
        json.writeStringField("full_id", id);
    }

    private static String text(ContainerInfo c, Extent extent) {
        StringWriter out = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            json.writeStartObject();
            json.writeObjectFieldStart("container");
            ids(json, c.id());
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
            json.writeStringField("cni_json", c.cniJson());
            json.writeStringField("pod_sandbox_id", c.sandboxId());
            json.writeBooleanField("is_pod_sandbox", c.sandbox());
            json.writeNumberField("created_time", c.createdNanos() / SECOND);
            json.writeNumberField("pid", c.pid());
            if (extent.compareTo(Extent.WITHOUT_LABELS_AND_MOUNTS) < 0) {
                texts(json, "labels", c.labels());
                texts(json, "pod_sandbox_labels", c.podLabels());
                mounts(json, c.mounts());
            }
            if (extent.compareTo(Extent.WITHOUT_ANNOTATIONS) < 0) {
                texts(json, "annotations", c.annotations());
            }
            if (extent == Extent.ALL) {
                json.writeArrayFieldStart("env");
                for (String variable : c.environment()) {
                    json.writeString(variable);
                }
                json.writeEndArray();
            }
            json.writeEndObject();
            json.writeEndObject();
        } catch (IOException e) {
            throw new IllegalStateException("a text in memory can be written", e);
        }
        return out.toString();
    }

    private static void texts(JsonGenerator json, String name, Map<String, String> texts) throws IOException {
        json.writeObjectFieldStart(name);
        for (Map.Entry<String, String> text : texts.entrySet()) {
            json.writeStringField(text.getKey(), text.getValue());
        }
        json.writeEndObject();
    }

    private static void mounts(JsonGenerator json, Collection<ContainerMount> mounts) throws IOException {
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
     * Reads what {@link #write} wrote; its texts come out as byte strings.
     *
     * @throws IOException if it is no JSON
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
                new TreeMap<>(c.get("labels").texts()),
                new TreeMap<>(c.get("annotations").texts()),
                new TreeMap<>(c.get("pod_sandbox_labels").texts()),
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
