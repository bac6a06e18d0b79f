package io.tiercel.functions.enrich;

import io.tiercel.functions.intake.SafeText;
import io.tiercel.functions.json.Json;
import io.tiercel.rules.text.TextLimit;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Limits the facts about pods, nodes and instances, whose owners choose their labels, tags and names. Facts within the limits do not
 * change. What exceeds them is cut and marked with {@link #MARKER}. An alert with its facts therefore fits into a message and into
 * an item of every store.
 */
public final class FactLimits {
    /** Ends a text that was cut. As an element of a list or a key of a map, says how many others there are. */
    public static final String MARKER = "[...]";

    /** Maximum number of labels or tags. */
    static final int MAX_ENTRIES = 100;

    /** Maximum size of all labels or tags as JSON, in UTF-8 bytes. EC2 permits 50 tags of 384 characters. */
    static final int MAX_MAP = 20_000;

    /** Maximum length of a text, in characters. */
    static final int MAX_TEXT = 1_024;

    /** Maximum length of the name of an object, in characters; the limit of Kubernetes. */
    static final int MAX_NAME = 253;

    /** Maximum number of images of a pod. */
    static final int MAX_IMAGES = 20;

    /** Maximum length of the name of an image, in characters. */
    static final int MAX_IMAGE = 512;

    /** Maximum number of owners of a pod. */
    static final int MAX_OWNERS = 8;

    /** Maximum number of network interfaces of a pod or an instance. */
    static final int MAX_INTERFACES = 12;

    /** Maximum number of security groups of an instance. */
    static final int MAX_GROUPS = 50;

    /** Maximum length of an identity or address that AWS or the API server assigns, in characters. */
    static final int MAX_ID = 64;

    /** Maximum number of addresses and of security groups of one network interface. */
    static final int MAX_PER_INTERFACE = 10;

    private FactLimits() {}

    static @Nullable PodFacts limit(@Nullable PodFacts pod) {
        return pod == null
                ? null
                : new PodFacts(
                        name(pod.namespace()),
                        name(pod.name()),
                        id(pod.uid()),
                        nameOrNull(pod.node()),
                        nameOrNull(pod.address()),
                        pod.hostNetwork(),
                        name(pod.serviceAccount()),
                        textOrNull(pod.role(), MAX_TEXT),
                        pod.roleSource(),
                        pod.owners().stream()
                                .limit(MAX_OWNERS)
                                .map(owner -> new PodFacts.Owner(name(owner.kind()), name(owner.name())))
                                .toList(),
                        texts(pod.images(), MAX_IMAGES, MAX_IMAGE),
                        texts(pod.branchInterfaces(), MAX_INTERFACES, MAX_ID),
                        map(pod.labels()));
    }

    static @Nullable NodeFacts limit(@Nullable NodeFacts node) {
        return node == null
                ? null
                : new NodeFacts(
                        name(node.name()),
                        id(node.uid()),
                        textOrNull(node.providerId(), MAX_TEXT),
                        nameOrNull(node.instanceId()),
                        nameOrNull(node.zone()),
                        nameOrNull(node.nodeGroup()),
                        node.cordoned(),
                        map(node.labels()));
    }

    static @Nullable InstanceFacts limit(@Nullable InstanceFacts instance) {
        return instance == null
                ? null
                : new InstanceFacts(
                        id(instance.id()),
                        nameOrNull(instance.account()),
                        nameOrNull(instance.zone()),
                        id(instance.type()),
                        id(instance.state()),
                        instance.spot(),
                        nameOrNull(instance.vpc()),
                        nameOrNull(instance.subnet()),
                        nameOrNull(instance.privateDnsName()),
                        textOrNull(instance.profile(), MAX_TEXT),
                        nameOrNull(instance.autoScalingGroup()),
                        texts(instance.groups(), MAX_GROUPS, MAX_ID),
                        instance.interfaces().stream()
                                .limit(MAX_INTERFACES)
                                .map(FactLimits::limit)
                                .toList(),
                        map(instance.tags()));
    }

    private static InstanceFacts.Interface limit(InstanceFacts.Interface card) {
        return new InstanceFacts.Interface(
                id(card.id()),
                id(card.subnet()),
                texts(card.addresses(), MAX_PER_INTERFACE, MAX_ID),
                texts(card.groups(), MAX_PER_INTERFACE, MAX_ID));
    }

    /** Returns the names of the facts of an enrichment that were cut, such as {@code pod.label}. */
    static List<String> truncated(Enrichment enrichment) {
        List<String> truncated = new ArrayList<>();
        PodFacts pod = enrichment.pod();
        if (pod != null) {
            Stream<@Nullable String> owners =
                    pod.owners().stream().flatMap(owner -> Stream.of(owner.kind(), owner.name()));
            addIf(isCut(pod.labels()), "pod.label", truncated);
            addIf(isCut(pod.images().stream()), "pod.images", truncated);
            addIf(isCut(owners) || pod.owners().size() == MAX_OWNERS, "pod.owner", truncated);
            addIf(isCut(pod.branchInterfaces().stream()), "pod.interfaces", truncated);
            addIf(isCut(Stream.of(pod.role(), pod.serviceAccount(), pod.node())), "pod", truncated);
        }
        NodeFacts node = enrichment.node();
        if (node != null) {
            addIf(isCut(node.labels()), "node.label", truncated);
            addIf(isCut(Stream.of(node.providerId(), node.zone(), node.nodeGroup())), "node", truncated);
        }
        InstanceFacts instance = enrichment.instance();
        if (instance != null) {
            Stream<@Nullable String> cards = instance.interfaces().stream()
                    .flatMap(card -> Stream.concat(card.addresses().stream(), card.groups().stream()));
            addIf(isCut(instance.tags()), "instance.tag", truncated);
            addIf(isCut(instance.groups().stream()), "instance.groups", truncated);
            addIf(isCut(cards) || instance.interfaces().size() == MAX_INTERFACES, "instance.interfaces", truncated);
        }
        return List.copyOf(truncated);
    }

    private static void addIf(boolean cut, String name, List<String> truncated) {
        if (cut) {
            truncated.add(name);
        }
    }

    private static boolean isCut(Map<String, String> map) {
        return map.containsKey(MARKER) || isCut(map.values().stream()) || isCut(map.keySet().stream());
    }

    private static boolean isCut(Stream<@Nullable String> texts) {
        return texts.anyMatch(text -> text != null && text.endsWith(MARKER));
    }

    /** Also replaces unpaired surrogates, which a store may reject. */
    private static String cut(String text, int limit) {
        return TextLimit.cut(SafeText.wellFormed(text), limit, MARKER);
    }

    private static String name(String name) {
        return cut(name, MAX_NAME);
    }

    private static String id(String id) {
        return cut(id, MAX_ID);
    }

    private static @Nullable String nameOrNull(@Nullable String name) {
        return textOrNull(name, MAX_NAME);
    }

    private static @Nullable String textOrNull(@Nullable String text, int limit) {
        return text == null ? null : cut(text, limit);
    }

    private static List<String> texts(List<String> texts, int entries, int characters) {
        List<String> limited = new ArrayList<>(
                texts.stream().limit(entries).map(text -> cut(text, characters)).toList());
        if (texts.size() > entries) {
            limited.add((texts.size() - entries) + " more " + MARKER);
        }
        return List.copyOf(limited);
    }

    /** Keeps the shortest entries, because ordinary labels are short, and says how many others there are. */
    private static Map<String, String> map(Map<String, String> map) {
        Map<String, String> limited = new TreeMap<>();
        int bytes = 0;
        List<Map.Entry<String, String>> shortestFirst = map.entrySet().stream()
                .sorted(Comparator.comparingInt((Map.Entry<String, String> entry) ->
                                entry.getKey().length() + entry.getValue().length())
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(MAX_ENTRIES)
                .toList();
        for (Map.Entry<String, String> entry : shortestFirst) {
            String key = cut(entry.getKey(), MAX_TEXT);
            String value = cut(entry.getValue(), MAX_TEXT);
            bytes += Json.write(Map.of(key, value)).getBytes(StandardCharsets.UTF_8).length;
            if (bytes > MAX_MAP) {
                break;
            }
            limited.put(key, value);
        }
        if (limited.size() < map.size()) {
            limited.put(MARKER, (map.size() - limited.size()) + " more");
        }
        return Map.copyOf(limited);
    }
}
