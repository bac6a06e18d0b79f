package io.tiercel.sensor.container;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class ContainerIdsTest {
    private static final String OUTER = "fedcba9876543210".repeat(4);
    private static final String ID = "0123456789abcdef".repeat(4);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/docker/ID",
                "/system.slice/docker-ID.scope",
                "/user.slice/user-1000.slice/user@1000.service/user.slice/docker-ID.scope",
                "/kubepods/burstable/pod4a1e/ID",
                "/kubepods/besteffort/pod4a1e/ID/cgroup.of/its/own",
                "/kubepods.slice/kubepods-pod4a1e.slice/cri-containerd-ID.scope",
                "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod4_1.slice/cri-containerd-ID.scope",
                "/kubepods.slice/kubepods-pod4a1e.slice/crio-ID.scope",
                "/kubepods.slice/kubepods-pod4a1e.slice/crio-ID.scope/container",
                "/kubepods.slice/kubepods-pod4a1e.slice/docker-ID.scope",
                "/kubepods/pod4a1e/crio-ID",
                "/kubepods-pod4a1e.slice:cri-containerd:ID",
                "/system.slice/containerd.service/kubepods-pod4a1e.slice:cri-containerd:ID",
                "/machine.slice/libpod-ID.scope",
                "/machine.slice/libpod-ID.scope/container",
                "/libpod_parent/libpod-ID",
                "/../ID",
                "/docker/ID/system.slice/inner.service",
                "/default/ID",
                "/docker/fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210/docker/ID",
                // pods in pods: kind with both drivers, Docker in a pod, and containerd 2 in a pod
                "/docker/OUTER/kubelet/kubepods/besteffort/pod4a1e/ID",
                "/system.slice/docker-OUTER.scope/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod4_1.slice/cri-containerd-ID.scope",
                "/kubepods.slice/kubepods-pod4a1e.slice/cri-containerd-OUTER.scope/docker/ID",
                "/kubepods.slice/kubepods-pod4a1e.slice/cri-containerd-OUTER.scope/kubepods-pod5b2f.slice:cri-containerd:ID",
                "/kubepods.slice/kubepods-pod4a1e.slice/crio-OUTER.scope/kubepods.slice/kubepods-pod5b2f.slice/crio-ID.scope"
            })
    void recognizesCgroupPathsOfRuntimes(String path) {
        String id = ContainerIds.fromCgroupPath(path.replace("OUTER", OUTER).replace("ID", ID));
        assertEquals(ID, id);
        assertEquals("0123456789ab", new TrackedContainer(id).id());
    }

    @ParameterizedTest
    @CsvSource({"/default/web,web", "/default/web/inner,web", "/k8s.io/my-first-container,my-first-container"})
    void recognizesContainerdIdsOfAnyForm(String path, String id) {
        assertEquals(id, ContainerIds.fromCgroupPath(path));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "",
                "/default",
                "/init.scope",
                "/user.slice/user-0.slice/session-1.scope",
                "/system.slice/crio-conmon-ID.scope",
                "/machine.slice/libpod-conmon-ID.scope",
                "/docker/0123456789abcdef",
                "/docker/xID",
                "/docker/IDx",
                "/docker/0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF",
                "/default/web.service",
                "/default/web.slice",
                "/default/web.scope",
                "/elsewhere/web",
                "/kubepods/burstable/pod4a1e"
            })
    void otherCgroupPathsBelongToTheHost(String path) {
        assertEquals("", ContainerIds.fromCgroupPath(path.replace("ID", ID)));
    }
}
