package io.tiercel.sensor.container.cri;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.sensor.container.cri.v1.PodSandboxMetadata;
import io.tiercel.sensor.container.cri.v1.PodSandboxStatus;
import io.tiercel.sensor.container.cri.v1.PodSandboxStatusResponse;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("unit")
class ForeignKernelsTest {
    private static PodSandboxStatusResponse pod(String name, String handler, String info) {
        return PodSandboxStatusResponse.newBuilder()
                .setStatus(PodSandboxStatus.newBuilder()
                        .setMetadata(PodSandboxMetadata.newBuilder()
                                .setNamespace("shop")
                                .setName(name))
                        .setRuntimeHandler(handler))
                .putInfo("info", info)
                .build();
    }

    @ParameterizedTest
    @CsvSource({
        "kata-qemu, {}, true",
        "kata, not JSON, true",
        "secure, {\"runtimeType\":\"io.containerd.kata.v2\"}, true",
        "gvisor, {\"runtimeType\":\"io.containerd.runsc.v1\"}, true",
        "'', {\"runtimeType\":\"io.containerd.runc.v2\"}, false",
        "nvidia, {}, false",
        "crun, {}, false"
    })
    void podsWithAKernelOfTheirOwnAreRecognized(String handler, String info, boolean recognized) {
        assertEquals(
                recognized, ForeignKernels.warning(pod("web-0", handler, info)).isPresent());
    }

    @Test
    void theWarningIsOneLineOfPlainText() {
        String warning = ForeignKernels.warning(pod("web\n\u001b[31m" + "x".repeat(500), "kata", "{}"))
                .orElseThrow();
        assertTrue(warning.startsWith("the pod shop/web??"), warning);
        assertFalse(warning.chars().anyMatch(c -> c < ' ' || c > '~'), warning);
        assertTrue(warning.length() < 400, warning);
    }
}
