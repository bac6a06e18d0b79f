package io.tiercel.sensor.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContainerTest {
    private static final String ID = "0123456789abcdef".repeat(4);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/docker/ID",
                "/system.slice/docker-ID.scope",
                "/kubepods/burstable/pod4a1e/ID",
                "/kubepods.slice/kubepods-pod4a1e.slice/cri-containerd-ID.scope",
                "/kubepods.slice/kubepods-pod4a1e.slice/crio-ID.scope",
                "/kubepods/pod4a1e/crio-ID",
                "/kubepods-pod4a1e.slice:cri-containerd:ID",
                "/machine.slice/libpod-ID.scope",
                "/machine.slice/libpod-ID.scope/container",
                "/libpod_parent/libpod-ID",
                "/docker/ID/system.slice/inner.service"
            })
    void runtimesAreRecognised(String path) {
        Container container = Container.ofCgroup(path.replace("ID", ID));
        assertEquals(ID, container.fullId());
        assertEquals("0123456789ab", container.id());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "",
                "/init.scope",
                "/user.slice/user-0.slice/session-1.scope",
                "/system.slice/crio-conmon-ID.scope",
                "/docker/0123456789abcdef",
                "/docker/xID"
            })
    void othersAreTheHost(String path) {
        assertTrue(Container.ofCgroup(path.replace("ID", ID)).isHost());
    }
}
