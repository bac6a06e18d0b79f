package io.tiercel.sensor.state;

import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Who leads a process's session and groups: outside pid namespaces the process of that number, if it still lives; else,
 * as numbers say little then, the eldest ancestor in an unbroken chain with the same number.
 */
final class Leaders {
    private final NodeState state;

    Leaders(NodeState state) {
        this.state = state;
    }

    @Nullable
    Process session(Process p) {
        return leader(p, q -> q.sid, p.namespaced());
    }

    @Nullable
    Process virtualGroup(Process p) {
        return leader(p, q -> q.vpgid, p.namespaced());
    }

    @Nullable
    Process group(Process p) {
        return leader(p, q -> q.pgid, false);
    }

    private @Nullable Process leader(Process p, ToIntFunction<Process> number, boolean namespaced) {
        int wanted = number.applyAsInt(p);
        Process named = namespaced ? null : state.process(wanted);
        if (named != null) {
            return named;
        }
        Process eldest = null;
        for (Process q = p; q != null && number.applyAsInt(q) == wanted; q = q.parent()) {
            eldest = q == p ? eldest : q;
        }
        return eldest;
    }
}
