package io.tiercel.sensor.stream;

import io.tiercel.sensor.bpf.KernelPrefilter;
import io.tiercel.sensor.state.Whereabouts;

/** Tells the first pass in the kernel what the state learns. */
record KernelWhereabouts(KernelPrefilter pass) implements Whereabouts {
    @Override
    public void cgroup(long id, boolean container) {
        pass.setMembership(id, container);
    }

    @Override
    public void cgroupGone(long id) {
        pass.removeMembership(id);
    }

    @Override
    public void apart(int pid) {
        pass.setCgroupMismatch(pid);
    }

    @Override
    public void program(int pid, String comm) {
        pass.setProcessName(pid, comm);
    }

    @Override
    public void processesForgotten() {
        pass.setStateIncomplete();
    }

    @Override
    public void mount(int device, String point) {
        pass.setHostMount(device, point);
    }

    @Override
    public void mountedInParts(int device) {
        pass.setPartialMount(device);
    }

    @Override
    public void unmounted(int device) {
        pass.removeHostMount(device);
    }
}
