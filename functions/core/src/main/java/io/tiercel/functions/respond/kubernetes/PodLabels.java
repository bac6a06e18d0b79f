package io.tiercel.functions.respond.kubernetes;

import io.tiercel.functions.respond.kubernetes.PodPart.Prior;
import io.tiercel.functions.respond.kubernetes.PodPart.Request;
import io.tiercel.functions.respond.kubernetes.PodPart.Written;
import io.tiercel.functions.respond.kubernetes.PodPart.WrittenLabel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Computes the labels of a pod. Pure functions of the prior labels, of what was written and what other clients have changed since,
 * and of what all steps want.
 */
final class PodLabels {
    /** More written values of one label are not told apart from those of other clients. The oldest are forgotten. */
    private static final int MAX_VALUES = 4;

    /** What still selects the pod after so many passes is a problem in the result. */
    private static final int MAX_PASSES = 20;

    private PodLabels() {}

    /**
     * Returns the labels that the pod would have if nothing had been written: the prior labels with the changes of other clients.
     *
     * @param current the labels that the pod has
     */
    static SortedMap<String, String> base(Prior prior, Written written, Map<String, String> current) {
        SortedMap<String, String> base = new TreeMap<>();
        for (String key : keys(prior, written, current)) {
            String value = base(prior, written, key, current.get(key));
            if (value != null) {
                base.put(key, value);
            }
        }
        return base;
    }

    private static Set<String> keys(Prior prior, Written written, Map<String, String> current) {
        Set<String> keys = new TreeSet<>(current.keySet());
        keys.addAll(written.labels().keySet());
        if (written.everything()) {
            keys.addAll(prior.labels().keySet());
        }
        return keys;
    }

    private static @Nullable String base(Prior prior, Written written, String key, @Nullable String current) {
        WrittenLabel label = written.labels().get(key);
        if (label == null) {
            if (key.equals(PodPart.ISOLATED_LABEL) && prior.uid().equals(current)) {
                return prior.labels().get(key);
            }
            return written.everything() && current == null ? prior.labels().get(key) : current;
        }
        return label.values().contains(current) ? storedBase(prior, key, label) : current;
    }

    private static @Nullable String storedBase(Prior prior, String key, WrittenLabel label) {
        return label.changed() ? label.base() : prior.labels().get(key);
    }

    /**
     * The labels that the pod is to have.
     *
     * @param labels all of them
     * @param removed the keys of those that isolation removes
     */
    record Desired(SortedMap<String, String> labels, SortedSet<String> removed) {}

    /**
     * Returns what the steps want. Isolation wins over a step that sets a label. If two steps set one label to different values, the
     * first value in the order of characters wins. The result thus does not depend on the order of the steps.
     *
     * @param base {@link #base}
     * @param requests what all steps want
     * @param uid the uid of the pod
     * @param selecting returns the keys of the labels by which something that allows traffic selects a pod with the given labels
     * @param everything whether isolation removes every label of the base
     */
    static Desired desired(
            SortedMap<String, String> base,
            Written written,
            Collection<Request> requests,
            String uid,
            Function<Map<String, String>, ? extends Collection<String>> selecting,
            boolean everything) {
        SortedMap<String, String> labels = new TreeMap<>(base);
        SortedMap<String, String> set = new TreeMap<>();
        requests.forEach(request ->
                request.labels().forEach((key, value) -> set.merge(key, value, (a, b) -> a.compareTo(b) <= 0 ? a : b)));
        labels.putAll(set);
        SortedSet<String> removed = new TreeSet<>();
        if (requests.stream().anyMatch(Request::isolate)) {
            labels.remove(PodPart.ISOLATED_LABEL);
            SortedMap<String, String> candidates = new TreeMap<>(labels);
            if (everything) {
                candidates.keySet().retainAll(set.keySet());
            }
            removed.addAll(labels.keySet());
            removed.removeAll(candidates.keySet());
            removed.addAll(selected(candidates, written, selecting));
            removed.retainAll(labels.keySet());
            labels.keySet().removeAll(removed);
            labels.put(PodPart.ISOLATED_LABEL, uid);
        }
        return new Desired(labels, removed);
    }

    /** Removing a label can make another selector match, so this repeats until nothing changes. A removed label stays removed. */
    private static Set<String> selected(
            SortedMap<String, String> labels,
            Written written,
            Function<Map<String, String>, ? extends Collection<String>> selecting) {
        Set<String> removed = new TreeSet<>();
        written.labels().forEach((key, label) -> {
            if (label.values().contains(null)) {
                removed.add(key);
            }
        });
        SortedMap<String, String> remaining = new TreeMap<>(labels);
        remaining.keySet().removeAll(removed);
        boolean changed = true;
        for (int pass = 0; changed && pass < MAX_PASSES; pass++) {
            Collection<String> keys = selecting.apply(remaining);
            changed = remaining.keySet().removeAll(keys);
            removed.addAll(keys);
        }
        return removed;
    }

    /**
     * Returns what to store before the labels of a pod become the desired ones. Labels whose prior value is in place are forgotten.
     *
     * @param everything whether isolation removes every label
     */
    static Written record(
            Prior prior,
            Written written,
            Map<String, String> current,
            SortedMap<String, String> base,
            Desired desired,
            boolean everything) {
        SortedMap<String, WrittenLabel> labels = new TreeMap<>();
        Set<String> keys = new TreeSet<>(written.labels().keySet());
        keys.addAll(current.keySet());
        keys.addAll(desired.labels().keySet());
        keys.addAll(desired.removed());
        boolean stillRemoved = everything || isRemoved(written, current, base);
        for (String key : keys) {
            WrittenLabel before = written.labels().get(key);
            String wanted = desired.labels().get(key);
            String own = base.get(key);
            boolean changed = !Objects.equals(own, prior.labels().get(key));
            boolean implied = stillRemoved && !changed && before == null && wanted == null;
            boolean inPlace = Objects.equals(wanted, own) && Objects.equals(current.get(key), own);
            if (implied || inPlace || before == null && Objects.equals(wanted, own)) {
                continue;
            }
            List<@Nullable String> values = new ArrayList<>(before == null ? List.of() : before.values());
            if (!Objects.equals(wanted, own) && !values.contains(wanted)) {
                values.add(wanted);
            }
            while (values.size() > MAX_VALUES) {
                values.removeFirst();
            }
            labels.put(key, new WrittenLabel(values, changed, changed ? own : null));
        }
        return new Written(stillRemoved, labels);
    }

    /** Returns whether a label is removed that only {@link Written#everything} accounts for. */
    private static boolean isRemoved(Written written, Map<String, String> current, SortedMap<String, String> base) {
        return written.everything()
                && base.keySet().stream()
                        .anyMatch(key ->
                                !current.containsKey(key) && !written.labels().containsKey(key));
    }

    /** Returns the changes that turn the current labels into the desired ones; null removes a label. */
    static SortedMap<String, @Nullable String> changes(Map<String, String> current, Map<String, String> desired) {
        SortedMap<String, @Nullable String> changes = new TreeMap<>();
        current.keySet().stream().filter(key -> !desired.containsKey(key)).forEach(key -> changes.put(key, null));
        desired.forEach((key, value) -> {
            if (!value.equals(current.get(key))) {
                changes.put(key, value);
            }
        });
        return changes;
    }

    /** Returns the written labels that another client has changed since the prior state was captured. */
    static SortedSet<String> drifted(Prior prior, Written written, SortedMap<String, String> base) {
        SortedSet<String> drifted = new TreeSet<>();
        written.labels().forEach((key, label) -> {
            if (!Objects.equals(base.get(key), prior.labels().get(key))) {
                drifted.add(key);
            }
        });
        return drifted;
    }
}
