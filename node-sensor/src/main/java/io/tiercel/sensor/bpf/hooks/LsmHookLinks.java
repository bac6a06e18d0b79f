package io.tiercel.sensor.bpf.hooks;

import io.tiercel.sensor.bpf.host.CaptureException;
import io.tiercel.sensor.bpf.load.LoadedProgram;
import io.tiercel.sensor.bpf.load.TracingLoader;
import java.lang.System.Logger.Level;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/** The hooks of a loaded capture program. Each one is attached only while events that need it are selected. */
public final class LsmHookLinks implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(LsmHookLinks.class.getName());

    private final TracingLoader tracing;
    private final Map<LsmHook, LoadedProgram> programs = new EnumMap<>(LsmHook.class);
    private final Map<LsmHook, Integer> links = new EnumMap<>(LsmHook.class);

    public LsmHookLinks(TracingLoader tracing) {
        this.tracing = tracing;
    }

    /** Adds a loaded program. */
    public void add(LsmHook hook, LoadedProgram program) {
        programs.put(hook, program);
    }

    /** Returns the number of hooks that the kernel supports. */
    int count() {
        return programs.size();
    }

    /** Attaches the hooks that these event types need, and detaches the others. */
    public void select(Set<String> eventTypes) {
        programs.keySet().forEach(hook -> attach(hook, hook.isNeeded(eventTypes)));
    }

    @Override
    public void close() {
        select(Set.of());
    }

    private void attach(LsmHook hook, boolean attached) {
        Integer link = links.get(hook);
        LoadedProgram program = programs.get(hook);
        if (attached && link == null && program != null) {
            try {
                links.put(hook, tracing.attach(program));
            } catch (CaptureException e) {
                LOG.log(Level.WARNING, e.getMessage() + ": its records have no kernel copies");
            }
        } else if (!attached && link != null) {
            links.remove(hook);
            tracing.close(link);
        }
    }
}
