package io.tiercel.sensor.container.cri;

import io.tiercel.sensor.container.JsonTree;
import io.tiercel.sensor.container.cri.v1.PodSandboxStatus;
import io.tiercel.sensor.container.cri.v1.PodSandboxStatusResponse;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Pattern;

/** Recognizes pods with a kernel of their own, in a virtual machine or in user space. The sensor does not see their system calls. */
final class ForeignKernels {
    /** Parts of the names of runtime handlers, such as {@code kata-qemu}, and of types, such as {@code io.containerd.kata.v2}. */
    private static final Pattern RUNTIME = Pattern.compile("kata|firecracker|runsc|gvisor", Pattern.CASE_INSENSITIVE);

    private static final int MAX_NAME = 100;

    private ForeignKernels() {}

    /** Returns a warning if a pod has a kernel of its own, in one line. */
    static Optional<String> warning(PodSandboxStatusResponse response) {
        PodSandboxStatus pod = response.getStatus();
        String runtime = pod.getRuntimeHandler() + " " + type(response);
        if (!RUNTIME.matcher(runtime).find()) {
            return Optional.empty();
        }
        return Optional.of("the pod " + name(pod.getMetadata().getNamespace()) + "/"
                + name(pod.getMetadata().getName()) + " has a kernel of its own (" + name(runtime.strip())
                + "); the sensor does not see the programs in such pods");
    }

    /** Returns the type that containerd has in its verbose info; an empty text for others. */
    private static String type(PodSandboxStatusResponse response) {
        try {
            return JsonTree.parse(response.getInfoMap().getOrDefault("info", "{}"))
                    .get("runtimeType")
                    .text();
        } catch (IOException e) {
            return "";
        }
    }

    private static String name(String text) {
        return text.substring(0, Math.min(MAX_NAME, text.length())).replaceAll("[^A-Za-z0-9._ -]", "?");
    }
}
