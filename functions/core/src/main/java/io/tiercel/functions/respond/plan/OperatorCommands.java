package io.tiercel.functions.respond.plan;

import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.respond.state.StateStore;
import io.tiercel.functions.respond.state.StateStore.DueKind;
import io.tiercel.functions.respond.state.StateStore.Schedule;
import io.tiercel.functions.respond.state.StateStore.Versioned;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The queue of operator commands for an incident's plan. Operators append to it, and the lease holder applies it in order. Applied commands
 * are removed, so that the limit counts pending ones only.
 */
final class OperatorCommands {
    static final String PREFIX = "commands/";

    /**
     * The maximum number of pending commands of one incident. A further approval is refused. A release is not: it repeats the
     * last command unless that is an approval, so that the queue has at most one command more.
     */
    static final int MAX_COMMANDS = 100;

    private static final int MAX_ATTEMPTS = 50;

    private final StateStore store;
    private final InstantSource clock;

    OperatorCommands(StateStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    /**
     * An approval or a release.
     *
     * @param planId the id of the plan to approve; null for a release
     * @param by the operator
     * @param at milliseconds since the epoch
     */
    record Command(@Nullable String planId, String by, long at) {
        boolean repeats(Command other) {
            return planId != null && planId.equals(other.planId());
        }
    }

    /**
     * The stored queue.
     *
     * @param removed how many commands were removed from its beginning, because they were applied
     */
    private record Queue(int removed, List<Command> commands) {
        /** Returns the queue without the commands that the plan has applied. */
        Queue after(int applied) {
            int skipped = Math.clamp((long) applied - removed, 0, commands.size());
            return new Queue(removed + skipped, commands.subList(skipped, commands.size()));
        }

        Queue with(Command command) {
            List<Command> all = new ArrayList<>(commands);
            all.add(command);
            return new Queue(removed, all);
        }

        boolean repeats(Command command) {
            return command.planId() == null
                    ? !commands.isEmpty() && commands.getLast().planId() == null
                    : commands.stream().anyMatch(command::repeats);
        }
    }

    /**
     * The commands that a plan has not applied.
     *
     * @param applied the number of all earlier commands
     * @param commands the oldest first
     */
    record Pending(int applied, List<Command> commands) {}

    /**
     * Returns the pending commands.
     *
     * @param applied number of commands that the plan has applied
     */
    Pending pending(String incidentId, int applied) {
        Queue queue = queue(store.read(PREFIX + incidentId), applied).after(applied);
        return new Pending(queue.removed(), queue.commands());
    }

    /** Returns whether no command was ever appended. */
    boolean none(String incidentId) {
        return store.read(PREFIX + incidentId).isEmpty();
    }

    private static Queue queue(Optional<Versioned> current, int applied) {
        return current.map(versioned -> versioned.parse(Queue.class)).orElse(new Queue(applied, List.of()));
    }

    /** The result of appending a command. */
    enum Appended {
        /** The command is stored. */
        NEW,
        /** A pending command has the same effect. Nothing was stored. */
        REPEATED,
        /** The incident has too many pending commands. Nothing was stored. Never the result of a release. */
        FULL
    }

    /**
     * Appends a command. Of approvals of one plan that arrive at the same time, exactly one is stored.
     *
     * @param applied number of commands that the plan has applied
     * @throws StoreUnavailable if other writers get in the way too often
     */
    Appended append(String incidentId, Command command, int applied) {
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            Optional<Versioned> current = store.read(PREFIX + incidentId);
            Queue pending = queue(current, applied).after(applied);
            if (pending.repeats(command)) {
                return Appended.REPEATED;
            }
            if (command.planId() != null && pending.commands().size() >= MAX_COMMANDS) {
                return Appended.FULL;
            }
            if (write(incidentId, current, pending.with(command), dueKind(command))) {
                return Appended.NEW;
            }
        }
        throw new StoreUnavailable("the commands of incident " + incidentId + " changed too often; try again", null);
    }

    /** Removes the commands that the plan has applied. Sweeps skip a queue without pending commands. */
    void removeApplied(String incidentId, int applied) {
        Optional<Versioned> current = store.read(PREFIX + incidentId);
        Queue queue = queue(current, applied);
        Queue pending = queue.after(applied);
        if (pending.removed() != queue.removed() && pending.commands().isEmpty()) {
            // If an operator appends at the same time, this write fails and the due time stays.
            write(incidentId, current, pending, null);
        }
    }

    /** Returns whether a pending command approves the plan. */
    boolean isPending(String incidentId, String planId, int applied) {
        return pending(incidentId, applied).commands().stream().anyMatch(command -> planId.equals(command.planId()));
    }

    private static DueKind dueKind(Command command) {
        return command.planId() == null ? DueKind.RELEASE : DueKind.RETRY;
    }

    /** @param due the list of due documents that has the commands; null if all are applied */
    private boolean write(String incidentId, Optional<Versioned> current, Queue queue, @Nullable DueKind due) {
        return store.write(
                PREFIX + incidentId,
                current.map(Versioned::version).orElse(0L),
                Json.write(queue),
                due == null ? Schedule.NONE : Schedule.of(due, clock.instant()));
    }
}
