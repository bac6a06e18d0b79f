package io.tiercel.sensor.detect;

import io.tiercel.rules.alert.AlertContainer;
import io.tiercel.rules.alert.AlertContext;
import io.tiercel.rules.alert.AlertProcess;
import io.tiercel.rules.event.ByteText;
import io.tiercel.sensor.container.ContainerInfo;
import io.tiercel.sensor.container.TrackedContainer;
import io.tiercel.sensor.event.ProcessAwareEvent;
import io.tiercel.sensor.process.ProcessInfo;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Builds the context of alerts from the state of the event's process and container. It reads nothing else. */
final class AlertContexts {
    private static final long UINT32_MAX = 0xffffffffL;

    private AlertContexts() {}

    /** Returns the context of an event; null if neither its process nor its container is known. */
    static @Nullable AlertContext of(ProcessAwareEvent event) {
        List<AlertProcess> processes = new ArrayList<>(AlertContext.MAX_PROCESSES);
        for (ProcessInfo p = event.process();
                p != null && processes.size() < AlertContext.MAX_PROCESSES;
                p = p.parent()) {
            processes.add(process(p, event));
        }
        AlertContainer container = container(event.container());
        return processes.isEmpty() && container == null ? null : AlertContext.of(processes, container);
    }

    private static AlertProcess process(ProcessInfo p, ProcessAwareEvent event) {
        String user = event.userName(p);
        return new AlertProcess(
                p.pid(),
                text(p.comm()),
                text(p.program().exePath()),
                text(p.cmdline()),
                user == null || user.isEmpty() ? Long.toString(p.uid() & UINT32_MAX) : text(user),
                p.startNanos() == 0 ? 0 : event.toEpochNanos(p.startNanos()));
    }

    private static @Nullable AlertContainer container(@Nullable TrackedContainer container) {
        if (container == null || container.isHost()) {
            return null;
        }
        ContainerInfo info = container.info();
        if (info == null) {
            return new AlertContainer(text(container.fullId()), null, null, null, null, null, null, null, null, 0);
        }
        return new AlertContainer(
                text(container.fullId()),
                text(info.name()),
                text(info.image().name()),
                text(info.image().digest()),
                text(info.type()),
                info.privileged(),
                text(info.labels().get(ContainerInfo.POD_NAME)),
                text(info.labels().get(ContainerInfo.POD_NAMESPACE)),
                text(info.labels().get(ContainerInfo.POD_UID)),
                info.createdNanos());
    }

    private static @Nullable String text(@Nullable String bytes) {
        return bytes == null || bytes.isEmpty() ? null : ByteText.toUnicode(bytes);
    }
}
