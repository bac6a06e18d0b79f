package io.tiercel.sensor.container.cri;

import io.grpc.Deadline;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.tiercel.sensor.container.cri.v1.Container;
import io.tiercel.sensor.container.cri.v1.ContainerFilter;
import io.tiercel.sensor.container.cri.v1.ContainerStatusRequest;
import io.tiercel.sensor.container.cri.v1.ContainerStatusResponse;
import io.tiercel.sensor.container.cri.v1.Image;
import io.tiercel.sensor.container.cri.v1.ImageServiceGrpc;
import io.tiercel.sensor.container.cri.v1.ImageSpec;
import io.tiercel.sensor.container.cri.v1.ImageStatusRequest;
import io.tiercel.sensor.container.cri.v1.ListContainersRequest;
import io.tiercel.sensor.container.cri.v1.PodSandboxStatusRequest;
import io.tiercel.sensor.container.cri.v1.PodSandboxStatusResponse;
import io.tiercel.sensor.container.cri.v1.RuntimeServiceGrpc;
import io.tiercel.sensor.container.cri.v1.VersionRequest;
import io.tiercel.sensor.thread.SupervisedThreads;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A CRI client with limits on the time of each query and on the size of responses. It closes an idle connection and reconnects on demand. */
final class CriClient implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 5_000;
    private static final int IDLE_SECONDS = 120;
    private static final int MAX_RESPONSE_BYTES = 4 << 20;
    private static final long SHUTDOWN_TIMEOUT_MILLIS = 100;

    private final EventLoopGroup loop = new NioEventLoopGroup(1, SupervisedThreads.factory("cri-"));
    private final ManagedChannel channel;
    private volatile String runtimeName = "";

    CriClient(Path socket) {
        // Responses are few and small, so pooled buffers would waste memory. Unix sockets do not support SO_KEEPALIVE.
        channel = NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(socket))
                .eventLoopGroup(loop)
                .channelType(NioDomainSocketChannel.class)
                .withOption(ChannelOption.ALLOCATOR, UnpooledByteBufAllocator.DEFAULT)
                .withOption(ChannelOption.SO_KEEPALIVE, null)
                .overrideAuthority("localhost")
                .usePlaintext()
                .directExecutor()
                .disableRetry()
                .idleTimeout(IDLE_SECONDS, TimeUnit.SECONDS)
                .maxInboundMessageSize(MAX_RESPONSE_BYTES)
                .build();
    }

    /** Returns a new query, whose calls share one deadline. */
    Query query() {
        return new Query(Deadline.after(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS));
    }

    @Override
    public void close() {
        channel.shutdownNow();
        loop.shutdownGracefully(0, SHUTDOWN_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** A query of one container. Its methods throw {@link StatusRuntimeException}. */
    final class Query {
        private final Deadline deadline;

        private Query(Deadline deadline) {
            this.deadline = deadline;
        }

        /** Returns the container with this full id; null if the runtime does not have it. */
        @Nullable
        Container container(String id) {
            ListContainersRequest request = ListContainersRequest.newBuilder()
                    .setFilter(ContainerFilter.newBuilder().setId(id))
                    .build();
            return runtime().listContainers(request).getContainersList().stream()
                    .filter(container -> container.getId().equals(id))
                    .findFirst()
                    .orElse(null);
        }

        ContainerStatusResponse containerStatus(String id) {
            return verboseIfSmall(verbose -> runtime()
                    .containerStatus(ContainerStatusRequest.newBuilder()
                            .setContainerId(id)
                            .setVerbose(verbose)
                            .build()));
        }

        /** The creator of a pod chooses the size of the verbose info. Other parts of a response are smaller than the limit. */
        private static <T> T verboseIfSmall(Function<Boolean, T> call) {
            try {
                return call.apply(true);
            } catch (StatusRuntimeException e) {
                if (e.getStatus().getCode() == Status.Code.RESOURCE_EXHAUSTED) {
                    return call.apply(false);
                }
                throw e;
            }
        }

        /** Returns the status of a sandbox; null if the runtime does not have it. */
        @Nullable
        PodSandboxStatusResponse sandboxStatus(String id) {
            try {
                return verboseIfSmall(verbose -> runtime()
                        .podSandboxStatus(PodSandboxStatusRequest.newBuilder()
                                .setPodSandboxId(id)
                                .setVerbose(verbose)
                                .build()));
            } catch (StatusRuntimeException e) {
                if (e.getStatus().getCode() == Status.Code.NOT_FOUND) {
                    return null;
                }
                throw e;
            }
        }

        /** Returns an image by name or id; an empty image if it was deleted. */
        Image image(String name) {
            try {
                return ImageServiceGrpc.newBlockingStub(channel)
                        .withDeadline(deadline)
                        .imageStatus(ImageStatusRequest.newBuilder()
                                .setImage(ImageSpec.newBuilder().setImage(name))
                                .build())
                        .getImage();
            } catch (StatusRuntimeException e) {
                if (e.getStatus().getCode() == Status.Code.NOT_FOUND) {
                    return Image.getDefaultInstance();
                }
                throw e;
            }
        }

        /** Returns the runtime's name, such as {@code containerd}. */
        String runtimeName() {
            if (runtimeName.isEmpty()) {
                runtimeName =
                        runtime().version(VersionRequest.getDefaultInstance()).getRuntimeName();
            }
            return runtimeName;
        }

        private RuntimeServiceGrpc.RuntimeServiceBlockingStub runtime() {
            return RuntimeServiceGrpc.newBlockingStub(channel).withDeadline(deadline);
        }
    }
}
