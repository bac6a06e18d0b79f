package io.tiercel.sensor.bpf;

import java.lang.System.Logger.Level;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/** The hooks of a loaded capture program. Each one is attached only while events that need it are selected. */
final class HookLinks implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(HookLinks.class.getName());

    private final TracingLoader tracing;
    private final Map<KernelHook, LoadedProgram> programs = new EnumMap<>(KernelHook.class);
    private final Map<KernelHook, Integer> links = new EnumMap<>(KernelHook.class);

    HookLinks(TracingLoader tracing) {
        this.tracing = tracing;
    }

    /** Adds a loaded program. */
    void add(KernelHook hook, LoadedProgram program) {
        programs.put(hook, program);
    }

    /** Returns the number of hooks that the kernel supports. */
    int count() {
        return programs.size();
    }

    /** Attaches the hooks that these event types need, and detaches the others. */
    void select(Set<String> eventTypes) {
        programs.keySet().forEach(hook -> attach(hook, hook.isNeeded(eventTypes)));
    }

    @Override
    public void close() {
        select(Set.of());
    }

    private void attach(KernelHook hook, boolean attached) {
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
