package io.tiercel.functions.respond.plan;

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

/** The queue of operator commands for an incident's plan. Operators append to it, and the lease holder applies it in order. */
final class OperatorCommands {
    static final String PREFIX = "commands/";

    /** The maximum number of commands for one incident. */
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
    record Command(@Nullable String planId, String by, long at) {}

    private record Queue(List<Command> commands) {}

    /** Returns all commands of an incident, the oldest first. */
    List<Command> read(String incidentId) {
        return commands(store.read(PREFIX + incidentId));
    }

    private static List<Command> commands(Optional<Versioned> current) {
        return current.map(versioned -> versioned.parse(Queue.class).commands()).orElse(List.of());
    }

    /** The result of appending a command. */
    enum Appended {
        /** The command is stored. */
        NEW,
        /** A command that is not applied yet approves the same plan. Nothing was stored. */
        REPEATED,
        /** The incident has too many commands. Nothing was stored. */
        FULL
    }

    /**
     * Appends a command. Of approvals of one plan that arrive at the same time, exactly one is stored.
     *
     * @param applied number of commands that the plan has applied
     */
    Appended append(String incidentId, Command command, int applied) {
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            Optional<Versioned> current = store.read(PREFIX + incidentId);
            List<Command> commands = new ArrayList<>(commands(current));
            if (isPending(commands, command.planId(), applied)) {
                return Appended.REPEATED;
            }
            if (commands.size() >= MAX_COMMANDS) {
                return Appended.FULL;
            }
            commands.add(command);
            if (write(incidentId, current, commands, dueKind(command))) {
                return Appended.NEW;
            }
        }
        return Appended.FULL;
    }

    private static boolean isPending(List<Command> commands, @Nullable String planId, int applied) {
        return planId != null && commands.stream().skip(applied).anyMatch(command -> planId.equals(command.planId()));
    }

    /** Clears the due time if the plan has applied all commands, so that sweeps skip them. */
    void markApplied(String incidentId, int applied) {
        Optional<Versioned> current = store.read(PREFIX + incidentId);
        List<Command> commands = commands(current);
        if (!commands.isEmpty() && commands.size() == applied) {
            // If an operator appends at the same time, this write fails and the due time stays.
            write(incidentId, current, commands, null);
        }
    }

    /** Returns whether a command that is not applied yet approves the plan. */
    boolean isPending(String incidentId, String planId, int applied) {
        return isPending(read(incidentId), planId, applied);
    }

    private static DueKind dueKind(Command command) {
        return command.planId() == null ? DueKind.RELEASE : DueKind.RETRY;
    }

    /** @param due the list of due documents that has the commands; null if all are applied */
    private boolean write(
            String incidentId, Optional<Versioned> current, List<Command> commands, @Nullable DueKind due) {
        return store.write(
                PREFIX + incidentId,
                current.map(Versioned::version).orElse(0L),
                Json.write(new Queue(commands)),
                due == null ? Schedule.NONE : Schedule.of(due, clock.instant()));
    }
}
