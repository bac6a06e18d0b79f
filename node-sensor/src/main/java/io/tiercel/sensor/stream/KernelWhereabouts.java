package io.tiercel.sensor.stream;

import io.tiercel.sensor.bpf.KernelPrefilter;
import io.tiercel.sensor.state.Whereabouts;

/** Tells the first pass in the kernel what the state learns. */
record KernelWhereabouts(KernelPrefilter pass) implements Whereabouts {
    @Override
    public void cgroup(long id, boolean container) {
        pass.home(id, container);
    }

    @Override
    public void cgroupGone(long id) {
        pass.homeGone(id);
    }

    @Override
    public void apart(int pid) {
        pass.apart(pid);
    }

    @Override
    public void program(int pid, String comm) {
        pass.program(pid, comm);
    }

    @Override
    public void processesForgotten() {
        pass.strangers();
    }

    @Override
    public void mount(int device, String point) {
        pass.mount(device, point);
    }

    @Override
    public void mountedInParts(int device) {
        pass.mountedInParts(device);
    }

    @Override
    public void unmounted(int device) {
        pass.unmounted(device);
    }
}
