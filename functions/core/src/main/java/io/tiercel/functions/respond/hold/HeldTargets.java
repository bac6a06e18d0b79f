package io.tiercel.functions.respond.hold;

import io.tiercel.functions.json.Json;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.rules.text.TextLimit;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** What responses hold, for operators. Reads only. */
public final class HeldTargets {
    private static final int MAX_RESTORES = 1_000;
    private static final String UNKNOWN = "unknown";

    private final HoldPages pages;
    private final BiFunction<String, String, Optional<ActionKind>> actions;

    /**
     * Creates the list.
     *
     * @param actions returns the action of a step by the ids of its incident and of itself; empty if the step is not stored any more
     */
    public HeldTargets(HoldPages pages, BiFunction<String, String, Optional<ActionKind>> actions) {
        this.pages = pages;
        this.actions = actions;
    }

    /**
     * A part of a target that responses hold.
     *
     * @param target identity of the target, such as {@code eni-0123456789abcdef0}
     * @param kind its kind, such as {@code interface}
     * @param since when the oldest holder began; null if an earlier version stored it
     * @param strictest the most urgent action of its holders, which determines the state of the part
     * @param holders the steps that hold it, the oldest first
     * @param restores the state that the last release restores, as it is stored; at most 1,000 characters
     */
    public record HeldTarget(
            String target,
            String kind,
            @Nullable Instant since,
            String strictest,
            List<Hold> holders,
            String restores) {}

    /**
     * A step that holds a part.
     *
     * @param incident id of its incident
     * @param action the action, such as {@code k8s:isolate-pod}
     */
    public record Hold(String incident, String action) {}

    /**
     * A page.
     *
     * @param targets the parts; can be fewer than the limit, or none, although others follow
     * @param next the cursor of the next page; null if this is the last one
     */
    public record Page(List<HeldTarget> targets, @Nullable String next) {}

    /** Returns a page, see {@link HoldPages#page}. */
    public Page page(@Nullable String cursor, int limit) {
        HoldPages.Page stored = pages.page(cursor, limit);
        List<HeldTarget> targets = new ArrayList<>();
        stored.documents()
                .forEach((key, document) -> parse(document)
                        .flatMap(hold -> target(key.substring(HoldPages.PREFIX.length()), hold))
                        .ifPresent(targets::add));
        return new Page(List.copyOf(targets), stored.next());
    }

    /** The documents of long prior states have keys of the same form, and are no holds. */
    private static Optional<StoredHold> parse(String document) {
        try {
            StoredHold hold = Json.read(document, StoredHold.class, IllegalArgumentException::new);
            return Optional.ofNullable(hold).filter(HeldTargets::complete);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    // The parser leaves missing values null, whatever their type says.
    @SuppressWarnings("ConstantValue")
    private static boolean complete(StoredHold hold) {
        return hold.holders() != null && hold.requests() != null;
    }

    private Optional<HeldTarget> target(String key, StoredHold hold) {
        List<StoredHold.Entry> entries = hold.others("").toList();
        if (entries.isEmpty()) {
            return Optional.empty();
        }
        List<Hold> holders = new ArrayList<>();
        List<ActionKind> kinds = new ArrayList<>();
        for (StoredHold.Entry entry : entries) {
            Optional<ActionKind> action = actions.apply(entry.incidentId(), entry.stepId());
            action.ifPresent(kinds::add);
            holders.add(
                    new Hold(entry.incidentId(), action.map(ActionKind::label).orElse(UNKNOWN)));
        }
        PriorState prior = hold.prior();
        String text = prior == null ? null : prior.text();
        int slash = key.indexOf('/');
        return Optional.of(new HeldTarget(
                identity(key, slash),
                key.substring(0, Math.max(slash, 0)),
                entries.stream()
                        .map(StoredHold.Entry::since)
                        .filter(Objects::nonNull)
                        .min(Comparator.naturalOrder())
                        .map(Instant::ofEpochMilli)
                        .orElse(null),
                kinds.stream()
                        .min(Comparator.comparingInt(ActionKind::urgency))
                        .map(ActionKind::label)
                        .orElse(UNKNOWN),
                List.copyOf(holders),
                text == null ? "the state before the first step" : TextLimit.cut(text, MAX_RESTORES, "[...]")));
    }

    /** Only the key of an interface ends with its identity. The others end with the part. */
    private static String identity(String key, int slash) {
        String rest = key.substring(slash + 1);
        int last = rest.lastIndexOf('/');
        return last < 0 ? rest : rest.substring(0, last);
    }
}
