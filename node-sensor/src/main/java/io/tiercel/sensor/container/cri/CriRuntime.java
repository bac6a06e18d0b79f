package io.tiercel.sensor.container.cri;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.tiercel.sensor.container.ContainerInfo;
import io.tiercel.sensor.container.ContainerRuntime;
import io.tiercel.sensor.container.cri.v1.Container;
import io.tiercel.sensor.container.cri.v1.ContainerStatusResponse;
import io.tiercel.sensor.container.cri.v1.Image;
import io.tiercel.sensor.container.cri.v1.PodSandboxStatusResponse;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A container runtime with a CRI v1 endpoint on a Unix socket, such as containerd and CRI-O.
 *
 * <p>The gRPC classes are loaded only when the socket exists and the first query arrives.
 */
public final class CriRuntime implements ContainerRuntime {
    /** The default sockets of the runtimes, the most common ones first. */
    public static final List<Path> DEFAULT_SOCKETS = List.of(
            Path.of("/run/containerd/containerd.sock"),
            Path.of("/run/crio/crio.sock"),
            Path.of("/run/k3s/containerd/containerd.sock"),
            Path.of("/run/k0s/containerd.sock"),
            Path.of("/run/cri-dockerd.sock"));

    private static final int MAX_SANDBOXES = 512;

    /** An id that no container has. The query for it loads the classes and opens the connection. */
    private static final String NONEXISTENT_ID = "0".repeat(64);

    /** The time for which a socket without CRI, such as that of Docker's containerd, counts as absent, in nanoseconds. */
    private static final long UNIMPLEMENTED_RETRY_NANOS = 300_000_000_000L;

    private final Path socket;
    private final Map<String, PodSandboxStatusResponse> sandboxes =
            Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, PodSandboxStatusResponse> eldest) {
                    return size() > MAX_SANDBOXES;
                }
            });

    private @Nullable CriClient client;
    private volatile long absentUntilNanos = System.nanoTime();
    private boolean closed;

    /** Whether the log has a pod with a kernel of its own. */
    private final AtomicBoolean warned = new AtomicBoolean();

    /** Creates a runtime at a socket, which does not have to exist yet. */
    public CriRuntime(Path socket) {
        this.socket = socket;
    }

    @Override
    public boolean isPresent() {
        return System.nanoTime() - absentUntilNanos >= 0 && Files.exists(socket);
    }

    @Override
    public void warmUp() {
        if (isPresent()) {
            find(NONEXISTENT_ID);
        }
    }

    @Override
    public Response find(String id) {
        try {
            CriClient criClient = client();
            if (criClient == null) {
                return new Response.Unavailable(socket + " is closed");
            }
            Container container = criClient.container(id);
            ContainerInfo metadata = container == null ? sandbox(criClient, id) : container(criClient, container);
            return metadata == null ? new Response.NotFound() : new Response.Found(metadata);
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == Status.Code.NOT_FOUND) {
                return new Response.NotFound();
            }
            if (e.getStatus().getCode() == Status.Code.UNIMPLEMENTED) {
                absentUntilNanos = System.nanoTime() + UNIMPLEMENTED_RETRY_NANOS;
            }
            return new Response.Unavailable(socket + ": " + e.getStatus().getCode()
                    + (e.getStatus().getDescription() == null ? "" : " " + firstLine(e.getStatus())));
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (client != null) {
            client.close();
        }
    }

    private synchronized @Nullable CriClient client() {
        if (client == null && !closed) {
            client = new CriClient(socket);
        }
        return closed ? null : client;
    }

    private ContainerInfo container(CriClient criClient, Container container) {
        ContainerStatusResponse status = criClient.containerStatus(container.getId());
        String name = status.getStatus().getImage().getImage();
        Image image = criClient.image(name.isEmpty() ? status.getStatus().getImageRef() : name);
        return CriConverter.container(
                criClient.runtimeName(),
                container,
                status,
                sandboxStatus(criClient, container.getPodSandboxId()),
                image);
    }

    private @Nullable ContainerInfo sandbox(CriClient criClient, String id) {
        PodSandboxStatusResponse status = sandboxStatus(criClient, id);
        return status == null ? null : CriConverter.sandbox(criClient.runtimeName(), status);
    }

    private @Nullable PodSandboxStatusResponse sandboxStatus(CriClient criClient, String id) {
        PodSandboxStatusResponse known = sandboxes.get(id);
        if (known == null) {
            known = criClient.sandboxStatus(id);
            if (known != null) {
                sandboxes.put(id, known);
                ForeignKernels.warning(known).ifPresent(this::warnOnce);
            }
        }
        return known;
    }

    private void warnOnce(String warning) {
        if (warned.compareAndSet(false, true)) {
            System.getLogger(CriRuntime.class.getName()).log(Level.WARNING, warning);
        }
    }

    private static String firstLine(Status status) {
        return String.valueOf(status.getDescription()).lines().findFirst().orElse("");
    }
}
