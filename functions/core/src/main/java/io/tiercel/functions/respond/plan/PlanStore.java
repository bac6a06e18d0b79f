package io.tiercel.functions.respond.plan;

import io.tiercel.functions.json.Json;
import io.tiercel.functions.respond.PlanReader;
import io.tiercel.functions.respond.ResponsePlan;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.hold.HoldRegistry;
import io.tiercel.functions.respond.state.StateStore;
import io.tiercel.functions.respond.state.StateStore.Schedule;
import io.tiercel.functions.respond.state.StateStore.Versioned;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes plans in a {@link StateStore}: a small header for each plan, and one document for each step. The texts of one
 * step therefore never limit another step.
 *
 * <p>New steps are written before the header that names them, and removed ones are emptied after it. {@link #mend} completes what
 * a process left behind that ended between two of these writes.
 */
public final class PlanStore implements PlanReader {
    static final String PREFIX = "plan/";
    static final String STEP_PREFIX = "step/";

    /** The document of a step that no plan has any more. */
    private static final String EMPTY = "";

    private final StateStore store;
    private final HoldRegistry holds;

    public PlanStore(StateStore store) {
        this.store = store;
        this.holds = new HoldRegistry(store, InstantSource.system());
    }

    /**
     * The header of a plan, as stored.
     *
     * @param commandsApplied see {@link Plan}
     * @param stepsCreated see {@link Plan}
     * @param steps the ids of the steps, in order
     * @param removed the ids of steps whose documents are to be emptied
     * @param kept whether the header does not expire, because a step does not
     */
    private record Header(
            int commandsApplied, int stepsCreated, List<String> steps, List<String> removed, boolean kept) {
        private static final Header NONE = new Header(0, 0, List.of(), List.of(), false);

        static Header of(Plan plan, List<String> removed) {
            return new Header(
                    plan.commandsApplied(),
                    plan.stepsCreated(),
                    plan.steps().stream().map(Step::id).toList(),
                    removed,
                    plan.kept());
        }

        Header keep() {
            return new Header(commandsApplied, stepsCreated, steps, removed, true);
        }

        Header withoutRemoved() {
            return new Header(commandsApplied, stepsCreated, steps, List.of(), kept);
        }
    }

    /** A plan with the versions of its documents. */
    static final class StoredPlan {
        private final Plan plan;
        private final long version;
        private final Header header;
        private final Map<String, Long> stepVersions;
        private final boolean incomplete;

        /**
         * Creates a plan.
         *
         * @param version the version of the header; 0 if it is not stored yet
         * @param stepVersions the versions of the documents of the plan's steps, by id
         * @param incomplete whether a process left documents behind that {@link #mend} empties
         */
        private StoredPlan(Plan plan, long version, Header header, Map<String, Long> stepVersions, boolean incomplete) {
            this.plan = plan;
            this.version = version;
            this.header = header;
            this.stepVersions = Map.copyOf(stepVersions);
            this.incomplete = incomplete;
        }

        Plan plan() {
            return plan;
        }

        /** Returns whether nothing of the plan is stored. */
        boolean isNew() {
            return version == 0 && !incomplete;
        }

        private StoredPlan with(long newVersion, Header newHeader) {
            return new StoredPlan(plan, newVersion, newHeader, stepVersions, false);
        }
    }

    /** Reads a plan. A step whose document has expired is left out. */
    StoredPlan read(String incidentId) {
        Optional<Versioned> current = store.read(PREFIX + incidentId);
        Header header = current.map(found -> found.parse(Header.class)).orElse(Header.NONE);
        List<String> ids = new ArrayList<>(header.steps());
        String next = Plan.stepId(incidentId, header.stepsCreated());
        ids.add(next);
        Map<String, Versioned> documents =
                store.readAll(ids.stream().map(id -> key(incidentId, id)).toList());
        Map<String, Long> versions = new HashMap<>();
        List<Step> steps = new ArrayList<>();
        for (String id : header.steps()) {
            Versioned found = documents.get(key(incidentId, id));
            if (found != null && !found.document().equals(EMPTY)) {
                versions.put(id, found.version());
                steps.add(found.parse(Step.class));
            }
        }
        Versioned left = documents.get(key(incidentId, next));
        boolean incomplete =
                !header.removed().isEmpty() || (left != null && !left.document().equals(EMPTY));
        Plan plan = new Plan(incidentId, header.commandsApplied(), header.stepsCreated(), List.copyOf(steps));
        return new StoredPlan(plan, current.map(Versioned::version).orElse(0L), header, versions, incomplete);
    }

    /**
     * Empties documents of steps that the plan does not have, so that no sweep finds them. The header is written first: if another
     * process is adding these steps now, one of the two fails.
     *
     * @param check throws an exception if this process no longer has the lease of the incident. It is called after each document
     *     was read and before it is emptied. A process that stood still therefore empties no step that another one has added
     * @throws PlanConflict if another process has written the plan since it was read
     */
    StoredPlan mend(StoredPlan stored, Runnable check) {
        if (!stored.incomplete) {
            return stored;
        }
        String incidentId = stored.plan().incidentId();
        StoredPlan claimed = writeHeader(stored, stored.header);
        stored.header.removed().forEach(id -> empty(incidentId, id, check));
        int end = stored.header.stepsCreated();
        while (hasText(incidentId, Plan.stepId(incidentId, end))) {
            end++;
        }
        // The first one comes last, so that a run finds those that are left if this process ends.
        for (int number = end - 1; number >= stored.header.stepsCreated(); number--) {
            empty(incidentId, Plan.stepId(incidentId, number), check);
        }
        return stored.header.removed().isEmpty() ? claimed : writeHeader(claimed, stored.header.withoutRemoved());
    }

    private boolean hasText(String incidentId, String id) {
        return store.read(key(incidentId, id))
                .filter(step -> !step.document().equals(EMPTY))
                .isPresent();
    }

    /** Empties the document of a step. */
    private void empty(String incidentId, String id, Runnable check) {
        Optional<Versioned> found =
                store.read(key(incidentId, id)).filter(step -> !step.document().equals(EMPTY));
        check.run();
        found.ifPresent(step -> store.write(key(incidentId, id), step.version(), EMPTY, Schedule.NONE));
    }

    /**
     * Replaces a plan. Writes only the documents that differ.
     *
     * @throws PlanConflict if another process has written one of them since it was read
     */
    StoredPlan write(StoredPlan replaced, Plan plan) {
        StoredPlan current = replaced;
        if (plan.kept() && current.version > 0 && !current.header.kept()) {
            current = writeHeader(current, current.header.keep());
        }
        Map<String, Step> removed = new LinkedHashMap<>();
        current.plan.steps().forEach(step -> removed.put(step.id(), step));
        Map<String, Long> versions = new HashMap<>(current.stepVersions);
        for (Step step : plan.steps()) {
            if (!step.equals(removed.remove(step.id()))) {
                versions.put(step.id(), writeStep(plan.incidentId(), versions.get(step.id()), step));
            }
        }
        List<String> removedIds = List.copyOf(removed.keySet());
        versions.keySet().removeAll(removedIds);
        Header header = Header.of(plan, removedIds);
        StoredPlan written = new StoredPlan(plan, current.version, current.header, versions, false);
        if (current.version == 0 || !header.equals(current.header)) {
            written = writeHeader(written, header);
            removedIds.forEach(id -> empty(plan.incidentId(), id, () -> {}));
        }
        return written;
    }

    private StoredPlan writeHeader(StoredPlan stored, Header header) {
        String incidentId = stored.plan.incidentId();
        Schedule schedule = header.kept() ? Schedule.NONE.keep() : Schedule.NONE;
        if (!store.write(PREFIX + incidentId, stored.version, Json.write(header), schedule)) {
            throw new PlanConflict(incidentId);
        }
        return stored.with(stored.version + 1, header);
    }

    /**
     * Writes a step.
     *
     * @param version the version to replace; null for a new step, which replaces an empty document at most
     */
    private long writeStep(String incidentId, @Nullable Long version, Step step) {
        String key = key(incidentId, step.id());
        long replaced = version == null
                ? store.read(key)
                        .map(found -> {
                            if (!found.document().equals(EMPTY)) {
                                throw new PlanConflict(incidentId);
                            }
                            return found.version();
                        })
                        .orElse(0L)
                : version;
        if (!store.write(key, replaced, Json.write(step), StepSchedule.of(step))) {
            throw new PlanConflict(incidentId);
        }
        return replaced + 1;
    }

    private static String key(String incidentId, String stepId) {
        return STEP_PREFIX + incidentId + "/" + stepId.substring(incidentId.length() + 1);
    }

    @Override
    public Optional<ResponsePlan> plan(String incidentId) {
        StoredPlan stored = read(incidentId);
        if (stored.version == 0) {
            return Optional.empty();
        }
        List<String> parts = stored.plan().steps().stream()
                .filter(Step::undoable)
                .flatMap(step -> step.parts().stream())
                .distinct()
                .limit(StateStore.MAX_KEYS)
                .toList();
        return Optional.of(stored.plan().view(parts.isEmpty() ? Map.of() : holds.incidents(parts)));
    }

    /** {@inheritDoc} Reads the plans in batches: first the headers, then the steps. */
    @Override
    public Map<String, ResponsePlan> plans(Collection<String> incidentIds) {
        Map<String, Header> headers = new HashMap<>();
        readAll(incidentIds.stream().map(id -> PREFIX + id).toList())
                .forEach((key, found) -> headers.put(key.substring(PREFIX.length()), found.parse(Header.class)));
        List<String> keys = new ArrayList<>();
        headers.forEach((id, header) -> header.steps().forEach(step -> keys.add(key(id, step))));
        Map<String, Versioned> documents = readAll(keys);
        Map<String, ResponsePlan> plans = new HashMap<>();
        headers.forEach((id, header) -> {
            List<Step> steps = header.steps().stream()
                    .map(step -> documents.get(key(id, step)))
                    .filter(found -> found != null && !found.document().equals(EMPTY))
                    .map(found -> found.parse(Step.class))
                    .toList();
            plans.put(id, new Plan(id, header.commandsApplied(), header.stepsCreated(), steps).view(Map.of()));
        });
        return plans;
    }

    private Map<String, Versioned> readAll(List<String> keys) {
        Map<String, Versioned> documents = new HashMap<>();
        for (int i = 0; i < keys.size(); i += StateStore.MAX_KEYS) {
            documents.putAll(store.readAll(keys.subList(i, Math.min(keys.size(), i + StateStore.MAX_KEYS))));
        }
        return documents;
    }

    /** Returns the action of a step; empty if the step is not stored. */
    public Optional<ActionKind> action(String incidentId, String stepId) {
        return stepId.startsWith(incidentId + "-")
                ? store.read(key(incidentId, stepId))
                        .filter(found -> !found.document().equals(EMPTY))
                        .map(found -> found.parse(Step.class).kind())
                : Optional.empty();
    }

    /** Another process has changed the plan. The caller may retry and then sees that change. */
    static final class PlanConflict extends RuntimeException {
        private static final long serialVersionUID = 1L;

        PlanConflict(String incidentId) {
            super("another process has changed the plan of incident " + incidentId + "; try again");
        }
    }
}
