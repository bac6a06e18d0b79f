package io.tiercel.sensor.bpf.load;

import io.tiercel.sensor.bpf.host.LibC;
import java.util.List;
import java.util.Optional;

/** Programs that the kernel has accepted, in the order of the object file. Their file descriptors stay open until this is closed. */
public final class LoadedPrograms implements AutoCloseable {
    private final LibC libc;
    private final List<LoadedProgram> all;

    LoadedPrograms(LibC libc, List<LoadedProgram> all) {
        this.libc = libc;
        this.all = List.copyOf(all);
    }

    public List<LoadedProgram> all() {
        return all;
    }

    /** Returns a program; empty if it was not to be loaded. */
    public Optional<LoadedProgram> find(String name) {
        return all.stream().filter(program -> program.name().equals(name)).findFirst();
    }

    /** Unloads the programs that are not attached. The others stay until their links are closed. */
    @Override
    public void close() {
        all.forEach(program -> libc.close(program.descriptor()));
    }
}
