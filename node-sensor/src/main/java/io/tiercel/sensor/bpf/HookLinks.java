package io.tiercel.sensor.bpf;

import java.lang.System.Logger.Level;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import jnr.ffi.Pointer;

/** The hooks of a loaded capture program. Each one is attached only while events that need it are selected. */
final class HookLinks implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(HookLinks.class.getName());

    private final LibBpf bpf;
    private final Map<KernelHook, Pointer> programs = new EnumMap<>(KernelHook.class);
    private final Map<KernelHook, Pointer> links = new EnumMap<>(KernelHook.class);

    HookLinks(LibBpf bpf) {
        this.bpf = bpf;
    }

    /** Adds a loaded program. */
    void add(KernelHook hook, Pointer program) {
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
        Pointer link = links.get(hook);
        if (attached && link == null) {
            Pointer program = programs.get(hook);
            Pointer added = program == null ? null : bpf.bpf_program__attach(program);
            if (added == null) {
                LOG.log(Level.WARNING, "cannot attach the program " + hook + ": its records have no kernel copies");
            } else {
                links.put(hook, added);
            }
        } else if (!attached && link != null) {
            links.remove(hook);
            bpf.bpf_link__destroy(link);
        }
    }
}
