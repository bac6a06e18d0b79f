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
    public Response find(String id) {
        try {
            CriClient opened = client();
            if (opened == null) {
                return new Response.Unavailable(socket + " is closed");
            }
            CriClient.Query query = opened.query();
            Container container = query.container(id);
            ContainerInfo metadata = container == null ? sandbox(query, id) : container(query, container);
            return metadata == null ? new Response.NotFound() : new Response.Found(metadata);
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == Status.Code.NOT_FOUND) {
                return new Response.NotFound();
            }
            if (e.getStatus().getCode() == Status.Code.UNIMPLEMENTED) {
                absentUntilNanos = System.nanoTime() + UNIMPLEMENTED_RETRY_NANOS;
            }
            String reason = socket + ": " + e.getStatus().getCode()
                    + (e.getStatus().getDescription() == null ? "" : " " + firstLine(e.getStatus()));
            return e.getStatus().getCode() == Status.Code.DEADLINE_EXCEEDED
                    ? new Response.TimedOut(reason)
                    : new Response.Unavailable(reason);
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

    private ContainerInfo container(CriClient.Query query, Container container) {
        ContainerStatusResponse status = query.containerStatus(container.getId());
        String name = status.getStatus().getImage().getImage();
        Image image = query.image(name.isEmpty() ? status.getStatus().getImageRef() : name);
        return CriConverter.container(
                query.runtimeName(), container, status, sandboxStatus(query, container.getPodSandboxId()), image);
    }

    private @Nullable ContainerInfo sandbox(CriClient.Query query, String id) {
        PodSandboxStatusResponse status = sandboxStatus(query, id);
        return status == null ? null : CriConverter.sandbox(query.runtimeName(), status);
    }

    private @Nullable PodSandboxStatusResponse sandboxStatus(CriClient.Query query, String id) {
        PodSandboxStatusResponse known = sandboxes.get(id);
        if (known == null) {
            known = query.sandboxStatus(id);
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
