package io.tiercel.sensor.container.cri;

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
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The calls that are made to a runtime, each with a limit of time and size. A connection that nobody uses is closed
 * after a while and made again.
 */
final class CriClient implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 5_000;
    private static final int IDLE_SECONDS = 120;
    private static final int MAX_ANSWER_BYTES = 4 << 20;
    private static final long NEVER_BLOCKED_MILLIS = 100;

    private final EventLoopGroup loop = new NioEventLoopGroup(
            1, Thread.ofPlatform().daemon().name("cri-", 0).factory());
    private final ManagedChannel channel;
    private volatile String runtimeName = "";

    CriClient(Path socket) {
        // Answers are few and small: buffers are given back at once instead of pooled. What is meant for TCP is unset.
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
                .maxInboundMessageSize(MAX_ANSWER_BYTES)
                .build();
    }

    /** The container of exactly this id; null if the runtime has none. */
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
        return runtime()
                .containerStatus(ContainerStatusRequest.newBuilder()
                        .setContainerId(id)
                        .setVerbose(true)
                        .build());
    }

    /** A sandbox; null if the runtime has none of that id. */
    @Nullable
    PodSandboxStatusResponse sandboxStatus(String id) {
        try {
            return runtime()
                    .podSandboxStatus(PodSandboxStatusRequest.newBuilder()
                            .setPodSandboxId(id)
                            .setVerbose(true)
                            .build());
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == Status.Code.NOT_FOUND) {
                return null;
            }
            throw e;
        }
    }

    /** An image by a name or id of it; an empty one if it is gone. */
    Image image(String name) {
        try {
            return ImageServiceGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
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

    /** What the runtime calls itself, e.g. {@code containerd}. */
    String runtimeName() {
        if (runtimeName.isEmpty()) {
            runtimeName = runtime().version(VersionRequest.getDefaultInstance()).getRuntimeName();
        }
        return runtimeName;
    }

    @Override
    public void close() {
        channel.shutdownNow();
        loop.shutdownGracefully(0, NEVER_BLOCKED_MILLIS, TimeUnit.MILLISECONDS);
    }

    private RuntimeServiceGrpc.RuntimeServiceBlockingStub runtime() {
        return RuntimeServiceGrpc.newBlockingStub(channel).withDeadlineAfter(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
    }
}
