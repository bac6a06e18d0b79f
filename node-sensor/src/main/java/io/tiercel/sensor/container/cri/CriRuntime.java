package io.tiercel.sensor.container.cri;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.tiercel.sensor.container.ContainerInfo;
import io.tiercel.sensor.container.ContainerRuntime;
import io.tiercel.sensor.container.cri.v1.Container;
import io.tiercel.sensor.container.cri.v1.ContainerStatusResponse;
import io.tiercel.sensor.container.cri.v1.Image;
import io.tiercel.sensor.container.cri.v1.PodSandboxStatusResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A runtime behind a Unix socket that speaks the Kubernetes Container Runtime Interface, version 1: containerd, CRI-O.
 *
 * <p>Nothing of it is loaded before the socket is there and somebody asks.
 */
public final class CriRuntime implements ContainerRuntime {
    /** Where runtimes have their sockets, the usual ones first. */
    public static final List<Path> USUAL_SOCKETS = List.of(
            Path.of("/run/containerd/containerd.sock"),
            Path.of("/run/crio/crio.sock"),
            Path.of("/run/k3s/containerd/containerd.sock"),
            Path.of("/run/k0s/containerd.sock"),
            Path.of("/run/cri-dockerd.sock"));

    private static final int MAX_SANDBOXES = 512;

    /** An id that no container has: asking for it loads what every question needs. */
    private static final String NOBODY = "0".repeat(64);

    /** A runtime that does not speak the interface (as Docker's containerd) counts as absent for so long. */
    private static final long DEAF_NANOS = 300_000_000_000L;

    private final Path socket;
    private final Map<String, PodSandboxStatusResponse> sandboxes =
            Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, PodSandboxStatusResponse> eldest) {
                    return size() > MAX_SANDBOXES;
                }
            });

    private @Nullable CriClient calls;
    private volatile long deafUntilNanos = System.nanoTime();
    private boolean closed;

    /** The runtime at a socket, which need not be there yet. */
    public CriRuntime(Path socket) {
        this.socket = socket;
    }

    @Override
    public boolean isPresent() {
        return System.nanoTime() - deafUntilNanos >= 0 && Files.exists(socket);
    }

    @Override
    public void warmUp() {
        if (isPresent()) {
            find(NOBODY);
        }
    }

    @Override
    public Response find(String id) {
        try {
            CriClient open = calls();
            if (open == null) {
                return new Response.Unavailable(socket + " is closed");
            }
            Container container = open.container(id);
            ContainerInfo metadata = container == null ? sandbox(open, id) : container(open, container);
            return metadata == null ? new Response.NotFound() : new Response.Found(metadata);
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == Status.Code.NOT_FOUND) {
                return new Response.NotFound();
            }
            if (e.getStatus().getCode() == Status.Code.UNIMPLEMENTED) {
                deafUntilNanos = System.nanoTime() + DEAF_NANOS;
            }
            return new Response.Unavailable(socket + ": " + e.getStatus().getCode()
                    + (e.getStatus().getDescription() == null ? "" : " " + firstLine(e.getStatus())));
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (calls != null) {
            calls.close();
        }
    }

    private synchronized @Nullable CriClient calls() {
        if (calls == null && !closed) {
            calls = new CriClient(socket);
        }
        return closed ? null : calls;
    }

    private ContainerInfo container(CriClient open, Container container) {
        ContainerStatusResponse status = open.containerStatus(container.getId());
        String name = status.getStatus().getImage().getImage();
        Image image = open.image(name.isEmpty() ? status.getStatus().getImageRef() : name);
        return CriConverter.container(
                open.runtimeName(), container, status, sandboxStatus(open, container.getPodSandboxId()), image);
    }

    private @Nullable ContainerInfo sandbox(CriClient open, String id) {
        PodSandboxStatusResponse status = sandboxStatus(open, id);
        return status == null ? null : CriConverter.sandbox(open.runtimeName(), status);
    }

    private @Nullable PodSandboxStatusResponse sandboxStatus(CriClient open, String id) {
        PodSandboxStatusResponse known = sandboxes.get(id);
        if (known == null) {
            known = open.sandboxStatus(id);
            if (known != null) {
                sandboxes.put(id, known);
            }
        }
        return known;
    }

    private static String firstLine(Status status) {
        return String.valueOf(status.getDescription()).lines().findFirst().orElse("");
    }
}
