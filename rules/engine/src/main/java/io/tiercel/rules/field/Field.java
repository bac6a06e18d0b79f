package io.tiercel.rules.field;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The table of all fields. Checking, printing and event decoding depend on it.
 *
 * <p>Names, types and meanings are those of Falco 0.44 (engine 0.63.0) with its container plugin. Fields about trusted programs and
 * about the programs that led to a process are Tiercel's own. The table includes
 * fields that no event supplies. Rules that use such fields load, but the fields are always absent.
 */
public enum Field {
    CONTAINER_ID(
            "container.id",
            FieldType.TEXT,
            ArgumentKind.NONE,
            false,
            "First 12 characters of the container id; `host` outside containers"),
    CONTAINER_FULL_ID("container.full_id", FieldType.TEXT, ArgumentKind.NONE, false, "Full container id"),
    CONTAINER_NAME(
            "container.name", FieldType.TEXT, ArgumentKind.NONE, false, "Container name; `host` outside containers"),
    CONTAINER_IMAGE(
            "container.image", FieldType.TEXT, ArgumentKind.NONE, false, "Image name as requested from the runtime"),
    CONTAINER_IMAGE_ID("container.image.id", FieldType.TEXT, ArgumentKind.NONE, false, "Image id"),
    CONTAINER_IMAGE_REPOSITORY(
            "container.image.repository",
            FieldType.TEXT,
            ArgumentKind.NONE,
            false,
            "Image name with registry, without tag and digest; empty outside containers"),
    CONTAINER_IMAGE_TAG(
            "container.image.tag", FieldType.TEXT, ArgumentKind.NONE, false, "Image tag; empty outside containers"),
    CONTAINER_IMAGE_DIGEST("container.image.digest", FieldType.TEXT, ArgumentKind.NONE, false, "Image digest"),
    CONTAINER_TYPE("container.type", FieldType.TEXT, ArgumentKind.NONE, false, "Type of the container runtime"),
    CONTAINER_PRIVILEGED(
            "container.privileged",
            FieldType.BOOLEAN,
            ArgumentKind.NONE,
            false,
            "Whether the container runs privileged"),
    CONTAINER_MOUNTS(
            "container.mounts",
            FieldType.TEXT,
            ArgumentKind.NONE,
            false,
            "All mounts as source:dest:mode:rdwr:propagation, separated by commas"),
    CONTAINER_MOUNT(
            "container.mount",
            FieldType.TEXT,
            ArgumentKind.INDEX_OR_KEY,
            false,
            "One mount, selected by index or by a glob on the source"),
    CONTAINER_MOUNT_SOURCE(
            "container.mount.source",
            FieldType.TEXT,
            ArgumentKind.INDEX_OR_KEY,
            false,
            "Source of a mount, selected by index or by a glob on the destination"),
    CONTAINER_MOUNT_DEST(
            "container.mount.dest",
            FieldType.TEXT,
            ArgumentKind.INDEX_OR_KEY,
            false,
            "Destination of a mount, selected by index or by a glob on the source"),
    CONTAINER_MOUNT_MODE("container.mount.mode", FieldType.TEXT, ArgumentKind.INDEX_OR_KEY, false, "Mode of a mount"),
    CONTAINER_MOUNT_RDWR(
            "container.mount.rdwr", FieldType.TEXT, ArgumentKind.INDEX_OR_KEY, false, "Whether a mount is writable"),
    CONTAINER_MOUNT_PROPAGATION(
            "container.mount.propagation", FieldType.TEXT, ArgumentKind.INDEX_OR_KEY, false, "Propagation of a mount"),
    CONTAINER_LABEL("container.label", FieldType.TEXT, ArgumentKind.REQUIRED_KEY, false, "Value of a container label"),
    CONTAINER_LABELS(
            "container.labels",
            FieldType.TEXT,
            ArgumentKind.NONE,
            false,
            "All container labels as key:value, separated by commas"),
    CONTAINER_IP("container.ip", FieldType.TEXT, ArgumentKind.NONE, false, "IP address of the container"),
    CONTAINER_CNI_JSON(
            "container.cni.json",
            FieldType.TEXT,
            ArgumentKind.NONE,
            false,
            "CNI result of the container, as reported by the runtime"),
    CONTAINER_START_TS(
            "container.start_ts",
            FieldType.TIME,
            ArgumentKind.NONE,
            false,
            "Start time of the init process in the PID namespace of the container"),
    CONTAINER_DURATION(
            "container.duration", FieldType.TIME, ArgumentKind.NONE, false, "Time since the container started"),
    CONTAINER_HOST_PID(
            "container.host_pid",
            FieldType.BOOLEAN,
            ArgumentKind.NONE,
            false,
            "Whether the container uses the PID namespace of the host"),
    CONTAINER_HOST_NETWORK(
            "container.host_network",
            FieldType.BOOLEAN,
            ArgumentKind.NONE,
            false,
            "Whether the container uses the network namespace of the host"),
    CONTAINER_HOST_IPC(
            "container.host_ipc",
            FieldType.BOOLEAN,
            ArgumentKind.NONE,
            false,
            "Whether the container uses the IPC namespace of the host"),
    CONTAINER_HEALTHCHECK(
            "container.healthcheck",
            FieldType.TEXT,
            ArgumentKind.NONE,
            false,
            "Always absent; accepted for compatibility with old rules"),
    CONTAINER_LIVENESS_PROBE(
            "container.liveness_probe",
            FieldType.TEXT,
            ArgumentKind.NONE,
            false,
            "Always absent; accepted for compatibility with old rules"),
    CONTAINER_READINESS_PROBE(
            "container.readiness_probe",
            FieldType.TEXT,
            ArgumentKind.NONE,
            false,
            "Always absent; accepted for compatibility with old rules"),
    EVT_NUM("evt.num", FieldType.UINT64, ArgumentKind.NONE, false, "Sequence number of the event, from 1"),
    EVT_TIME(
            "evt.time",
            FieldType.TEXT,
            ArgumentKind.NONE,
            false,
            "Local time of the event with nanoseconds",
            FieldTrait.EVENT_TIME),
    EVT_TIME_S(
            "evt.time.s",
            FieldType.TEXT,
            ArgumentKind.NONE,
            false,
            "Local time of the event in whole seconds",
            FieldTrait.EVENT_TIME),
    EVT_TIME_ISO8601(
            "evt.time.iso8601",
            FieldType.TEXT,
            ArgumentKind.NONE,
            false,
            "Time of the event in UTC, ISO 8601",
            FieldTrait.EVENT_TIME),
    EVT_DATETIME(
            "evt.datetime",
            FieldType.TEXT,
            ArgumentKind.NONE,
            false,
            "Local date and time of the event with nanoseconds",
            FieldTrait.EVENT_TIME),
    EVT_DATETIME_S(
            "evt.datetime.s",
            FieldType.TEXT,
            ArgumentKind.NONE,
            false,
            "Local date and time of the event in whole seconds",
            FieldTrait.EVENT_TIME),
    EVT_RAWTIME(
            "evt.rawtime",
            FieldType.TIME,
            ArgumentKind.NONE,
            false,
            "Time of the event in nanoseconds since the epoch"),
    EVT_RAWTIME_S("evt.rawtime.s", FieldType.TIME, ArgumentKind.NONE, false, "Seconds part of evt.rawtime"),
    EVT_RAWTIME_NS(
            "evt.rawtime.ns",
            FieldType.TIME,
            ArgumentKind.NONE,
            false,
            "Nanoseconds part of evt.rawtime",
            FieldTrait.NINE_DIGITS),
    EVT_RELTIME("evt.reltime", FieldType.TIME, ArgumentKind.NONE, false, "Nanoseconds since the first event"),
    EVT_RELTIME_S("evt.reltime.s", FieldType.TIME, ArgumentKind.NONE, false, "Seconds part of evt.reltime"),
    EVT_RELTIME_NS(
            "evt.reltime.ns",
            FieldType.TIME,
            ArgumentKind.NONE,
            false,
            "Nanoseconds part of evt.reltime",
            FieldTrait.NINE_DIGITS),
    EVT_DELTATIME("evt.deltatime", FieldType.TIME, ArgumentKind.NONE, false, "Nanoseconds since the previous event"),
    EVT_DELTATIME_S("evt.deltatime.s", FieldType.TIME, ArgumentKind.NONE, false, "Seconds part of evt.deltatime"),
    EVT_DELTATIME_NS(
            "evt.deltatime.ns",
            FieldType.TIME,
            ArgumentKind.NONE,
            false,
            "Nanoseconds part of evt.deltatime",
            FieldTrait.NINE_DIGITS),
    EVT_HOSTNAME("evt.hostname", FieldType.TEXT, ArgumentKind.NONE, false, "Host name"),
    EVT_SOURCE("evt.source", FieldType.TEXT, ArgumentKind.NONE, false, "Event source, such as syscall"),
    EVT_TYPE("evt.type", FieldType.TEXT, ArgumentKind.NONE, false, "Event type; the system call name for system calls"),
    EVT_TYPE_IS(
            "evt.type.is",
            FieldType.UINT32,
            ArgumentKind.ONLY_NAME,
            false,
            "1 if the event has the appended type, otherwise 0"),
    SYSCALL_TYPE(
            "syscall.type",
            FieldType.TEXT,
            ArgumentKind.NONE,
            false,
            "Same as evt.type, but absent for events other than system calls"),
    EVT_CATEGORY(
            "evt.category",
            FieldType.TEXT,
            ArgumentKind.NONE,
            false,
            "Event category: file, net, process, IPC, memory, signal, user, system, time, wait, sleep or other"),
    EVT_CPU("evt.cpu", FieldType.INT64, ArgumentKind.NONE, false, "CPU number"),
    EVT_DIR(
            "evt.dir",
            FieldType.TEXT,
            ArgumentKind.NONE,
            false,
            "Always <, because only completed system calls are events",
            FieldTrait.DEPRECATED),
    EVT_ARGS("evt.args", FieldType.TEXT, ArgumentKind.NONE, false, "All parameters as name=value, separated by spaces"),
    EVT_INFO("evt.info", FieldType.TEXT, ArgumentKind.NONE, false, "Same as evt.args"),
    EVT_ARG(
            "evt.arg",
            FieldType.TEXT,
            ArgumentKind.NAME,
            false,
            "One parameter as text, resolved where possible, by name or index"),
    EVT_RAWARG(
            "evt.rawarg",
            FieldType.INT64,
            ArgumentKind.ONLY_NAME,
            false,
            "Raw value of one parameter, by name; it has the type of the parameter",
            FieldTrait.NO_RIGHT_SIDE,
            FieldTrait.NO_TRANSFORMER),
    EVT_BUFFER("evt.buffer", FieldType.BYTES, ArgumentKind.NONE, false, "First bytes of the data of an I/O event"),
    EVT_BUFLEN("evt.buflen", FieldType.UINT64, ArgumentKind.NONE, false, "Length of the data of an I/O event"),
    EVT_RES("evt.res", FieldType.TEXT, ArgumentKind.NONE, false, "SUCCESS or the error name"),
    EVT_RAWRES("evt.rawres", FieldType.INT64, ArgumentKind.NONE, false, "Return value of the system call"),
    EVT_FAILED("evt.failed", FieldType.BOOLEAN, ArgumentKind.NONE, false, "Whether the return value is negative"),
    EVT_COUNT("evt.count", FieldType.UINT32, ArgumentKind.NONE, false, "Always 1"),
    EVT_IS_ASYNC(
            "evt.is_async",
            FieldType.BOOLEAN,
            ArgumentKind.NONE,
            false,
            "Whether a plugin generated the event asynchronously"),
    EVT_ASYNCTYPE("evt.asynctype", FieldType.TEXT, ArgumentKind.NONE, false, "Name of an asynchronous event"),
    EVT_PLUGINNAME("evt.pluginname", FieldType.TEXT, ArgumentKind.NONE, false, "Plugin that generated the event"),
    EVT_PLUGININFO(
            "evt.plugininfo", FieldType.TEXT, ArgumentKind.NONE, false, "Description of the event by the plugin"),
    EVT_IS_IO(
            "evt.is_io",
            FieldType.BOOLEAN,
            ArgumentKind.NONE,
            false,
            "Whether the event reads or writes through an fd"),
    EVT_IS_IO_READ(
            "evt.is_io_read", FieldType.BOOLEAN, ArgumentKind.NONE, false, "Whether the event reads through an fd"),
    EVT_IS_IO_WRITE(
            "evt.is_io_write", FieldType.BOOLEAN, ArgumentKind.NONE, false, "Whether the event writes through an fd"),
    EVT_IO_DIR("evt.io_dir", FieldType.TEXT, ArgumentKind.NONE, false, "read or write for I/O events"),
    EVT_IS_WAIT("evt.is_wait", FieldType.BOOLEAN, ArgumentKind.NONE, false, "Whether the event makes its thread wait"),
    EVT_IS_SYSLOG("evt.is_syslog", FieldType.BOOLEAN, ArgumentKind.NONE, false, "Whether the event writes to /dev/log"),
    EVT_IS_OPEN_READ(
            "evt.is_open_read",
            FieldType.BOOLEAN,
            ArgumentKind.NONE,
            false,
            "Whether the event opens a file with read access; false for all other events"),
    EVT_IS_OPEN_WRITE(
            "evt.is_open_write",
            FieldType.BOOLEAN,
            ArgumentKind.NONE,
            false,
            "Whether the event opens a file with write access; false for all other events"),
    EVT_IS_OPEN_EXEC(
            "evt.is_open_exec",
            FieldType.BOOLEAN,
            ArgumentKind.NONE,
            false,
            "Whether the event can create an executable file; false for all other events"),
    EVT_IS_OPEN_CREATE(
            "evt.is_open_create", FieldType.BOOLEAN, ArgumentKind.NONE, false, "Whether the event created a file"),
    EVT_ARGS_CHANGED(
            "evt.args.changed",
            FieldType.BOOLEAN,
            ArgumentKind.NONE,
            false,
            "Whether another thread changed the arguments of the syscall in memory during the call"),
    EVT_FILE_REPLACED(
            "evt.file.replaced",
            FieldType.BOOLEAN,
            ArgumentKind.NONE,
            false,
            "Whether another thread used the new fd of an open before the open ended, so that fd.name may be the name of another file"),
    EVT_ABSPATH(
            "evt.abspath",
            FieldType.TEXT,
            ArgumentKind.OPTIONAL_NAME,
            false,
            "Absolute path from dirfd and path; .src and .dst for events with two paths"),
    EVT_LATENCY("evt.latency", FieldType.TIME, ArgumentKind.NONE, false, "Always 0", FieldTrait.DEPRECATED),
    EVT_LATENCY_S("evt.latency.s", FieldType.TIME, ArgumentKind.NONE, false, "Always 0", FieldTrait.DEPRECATED),
    EVT_LATENCY_NS("evt.latency.ns", FieldType.TIME, ArgumentKind.NONE, false, "Always 0", FieldTrait.DEPRECATED),
    EVT_LATENCY_HUMAN(
            "evt.latency.human", FieldType.TEXT, ArgumentKind.NONE, false, "Always 0ns", FieldTrait.DEPRECATED),
    EVT_WAIT_LATENCY("evt.wait_latency", FieldType.TIME, ArgumentKind.NONE, false, "Always 0", FieldTrait.DEPRECATED),
    FD_NUM("fd.num", FieldType.INT64, ArgumentKind.NONE, false, "Number of the fd of the event; -1 for a failed open"),
    FD_TYPE(
            "fd.type",
            FieldType.TEXT,
            ArgumentKind.NONE,
            false,
            "Type of the fd, such as file, directory, ipv4, ipv6, unix, pipe or event"),
    FD_TYPES(
            "fd.types",
            FieldType.TEXT,
            ArgumentKind.INDEX,
            true,
            "Types of all open fds of the process without duplicates, or of the fd with a number",
            FieldTrait.NO_RIGHT_SIDE),
    FD_TYPECHAR("fd.typechar", FieldType.TEXT, ArgumentKind.NONE, false, "Type of the fd as one character"),
    FD_NAME("fd.name", FieldType.TEXT, ArgumentKind.NONE, false, "Path of a file, or addresses and ports of a socket"),
    FD_NAMERAW("fd.nameraw", FieldType.TEXT, ArgumentKind.NONE, false, "Path as passed by the program"),
    FD_NAME_TRUNCATED(
            "fd.name.truncated",
            FieldType.BOOLEAN,
            ArgumentKind.NONE,
            false,
            "Whether a path of the fd lacks its beginning, because the file is too deep. The path then starts with \"...\""),
    FD_NAME_CHANGED(
            "fd.name_changed",
            FieldType.BOOLEAN,
            ArgumentKind.NONE,
            false,
            "Whether the event changed the name of the fd"),
    FD_DIRECTORY("fd.directory", FieldType.TEXT, ArgumentKind.NONE, false, "Directory of fd.name"),
    FD_FILENAME("fd.filename", FieldType.TEXT, ArgumentKind.NONE, false, "File name part of fd.name"),
    FD_IP(
            "fd.ip",
            FieldType.ADDRESS,
            ArgumentKind.NONE,
            false,
            "Address of either endpoint",
            FieldTrait.FILTER_ONLY,
            FieldTrait.EITHER_SIDE,
            FieldTrait.NO_RIGHT_SIDE,
            FieldTrait.NO_TRANSFORMER),
    FD_CIP("fd.cip", FieldType.ADDRESS, ArgumentKind.NONE, false, "Client address"),
    FD_SIP("fd.sip", FieldType.ADDRESS, ArgumentKind.NONE, false, "Server address"),
    FD_LIP("fd.lip", FieldType.ADDRESS, ArgumentKind.NONE, false, "Local address"),
    FD_RIP("fd.rip", FieldType.ADDRESS, ArgumentKind.NONE, false, "Remote address"),
    FD_NET(
            "fd.net",
            FieldType.NETWORK,
            ArgumentKind.NONE,
            false,
            "Network of either endpoint",
            FieldTrait.FILTER_ONLY,
            FieldTrait.EITHER_SIDE,
            FieldTrait.NO_RIGHT_SIDE,
            FieldTrait.NO_TRANSFORMER),
    FD_CNET(
            "fd.cnet",
            FieldType.NETWORK,
            ArgumentKind.NONE,
            false,
            "Network of the client",
            FieldTrait.FILTER_ONLY,
            FieldTrait.NO_RIGHT_SIDE,
            FieldTrait.NO_TRANSFORMER),
    FD_SNET(
            "fd.snet",
            FieldType.NETWORK,
            ArgumentKind.NONE,
            false,
            "Network of the server",
            FieldTrait.FILTER_ONLY,
            FieldTrait.NO_RIGHT_SIDE,
            FieldTrait.NO_TRANSFORMER),
    FD_LNET(
            "fd.lnet",
            FieldType.NETWORK,
            ArgumentKind.NONE,
            false,
            "Network of the local endpoint",
            FieldTrait.FILTER_ONLY,
            FieldTrait.NO_RIGHT_SIDE,
            FieldTrait.NO_TRANSFORMER),
    FD_RNET(
            "fd.rnet",
            FieldType.NETWORK,
            ArgumentKind.NONE,
            false,
            "Network of the remote endpoint",
            FieldTrait.FILTER_ONLY,
            FieldTrait.NO_RIGHT_SIDE,
            FieldTrait.NO_TRANSFORMER),
    FD_PORT(
            "fd.port",
            FieldType.PORT,
            ArgumentKind.NONE,
            false,
            "Port of either endpoint",
            FieldTrait.FILTER_ONLY,
            FieldTrait.EITHER_SIDE,
            FieldTrait.NO_RIGHT_SIDE,
            FieldTrait.NO_TRANSFORMER),
    FD_CPORT("fd.cport", FieldType.PORT, ArgumentKind.NONE, false, "Client port"),
    FD_SPORT("fd.sport", FieldType.PORT, ArgumentKind.NONE, false, "Server port"),
    FD_LPORT("fd.lport", FieldType.PORT, ArgumentKind.NONE, false, "Local port"),
    FD_RPORT("fd.rport", FieldType.PORT, ArgumentKind.NONE, false, "Remote port"),
    FD_PROTO(
            "fd.proto",
            FieldType.PORT,
            ArgumentKind.NONE,
            false,
            "Service name of the port of either endpoint",
            FieldTrait.FILTER_ONLY,
            FieldTrait.EITHER_SIDE,
            FieldTrait.NO_RIGHT_SIDE,
            FieldTrait.NO_TRANSFORMER),
    FD_CPROTO("fd.cproto", FieldType.TEXT, ArgumentKind.NONE, false, "Service name of the client port"),
    FD_SPROTO("fd.sproto", FieldType.TEXT, ArgumentKind.NONE, false, "Service name of the server port"),
    FD_LPROTO("fd.lproto", FieldType.TEXT, ArgumentKind.NONE, false, "Service name of the local port"),
    FD_RPROTO("fd.rproto", FieldType.TEXT, ArgumentKind.NONE, false, "Service name of the remote port"),
    FD_CIP_NAME(
            "fd.cip.name",
            FieldType.TEXT,
            ArgumentKind.NONE,
            false,
            "Host name of the client",
            FieldTrait.NO_RIGHT_SIDE,
            FieldTrait.NO_TRANSFORMER,
            FieldTrait.HOST_NAME),
    FD_SIP_NAME(
            "fd.sip.name",
            FieldType.TEXT,
            ArgumentKind.NONE,
            false,
            "Host name of the server",
            FieldTrait.NO_RIGHT_SIDE,
            FieldTrait.NO_TRANSFORMER,
            FieldTrait.HOST_NAME),
    FD_LIP_NAME(
            "fd.lip.name",
            FieldType.TEXT,
            ArgumentKind.NONE,
            false,
            "Host name of the local endpoint",
            FieldTrait.NO_RIGHT_SIDE,
            FieldTrait.NO_TRANSFORMER,
            FieldTrait.HOST_NAME),
    FD_RIP_NAME(
            "fd.rip.name",
            FieldType.TEXT,
            ArgumentKind.NONE,
            false,
            "Host name of the remote endpoint",
            FieldTrait.NO_RIGHT_SIDE,
            FieldTrait.NO_TRANSFORMER,
            FieldTrait.HOST_NAME),
    FD_L4PROTO("fd.l4proto", FieldType.TEXT, ArgumentKind.NONE, false, "Transport protocol: tcp, udp, icmp or raw"),
    FD_SOCKFAMILY("fd.sockfamily", FieldType.TEXT, ArgumentKind.NONE, false, "ip or unix"),
    FD_IS_SERVER(
            "fd.is_server",
            FieldType.BOOLEAN,
            ArgumentKind.NONE,
            false,
            "Whether the process is the server side of the socket"),
    FD_CONNECTED("fd.connected", FieldType.BOOLEAN, ArgumentKind.NONE, false, "Whether the socket is connected"),
    FD_UID("fd.uid", FieldType.TEXT, ArgumentKind.NONE, false, "Concatenation of thread id and fd number"),
    FD_CONTAINERNAME(
            "fd.containername",
            FieldType.TEXT,
            ArgumentKind.NONE,
            false,
            "Container id and fd.name, separated by a colon"),
    FD_CONTAINERDIRECTORY(
            "fd.containerdirectory",
            FieldType.TEXT,
            ArgumentKind.NONE,
            false,
            "Container id and fd.directory, separated by a colon"),
    FD_DEV("fd.dev", FieldType.INT64, ArgumentKind.NONE, false, "Device of the file", FieldTrait.HEX),
    FD_DEV_MAJOR("fd.dev.major", FieldType.INT64, ArgumentKind.NONE, false, "Major number of the device"),
    FD_DEV_MINOR("fd.dev.minor", FieldType.INT64, ArgumentKind.NONE, false, "Minor number of the device"),
    FD_INO("fd.ino", FieldType.INT64, ArgumentKind.NONE, false, "Inode of the file"),
    FD_IS_UPPER_LAYER(
            "fd.is_upper_layer",
            FieldType.BOOLEAN,
            ArgumentKind.NONE,
            false,
            "Whether the file is in the upper layer of an overlay file system"),
    FD_IS_LOWER_LAYER(
            "fd.is_lower_layer",
            FieldType.BOOLEAN,
            ArgumentKind.NONE,
            false,
            "Whether the file is in a lower layer of an overlay file system"),
    FDLIST_NUMS(
            "fdlist.nums", FieldType.TEXT, ArgumentKind.NONE, false, "Numbers of the polled fds, separated by commas"),
    FDLIST_NAMES(
            "fdlist.names", FieldType.TEXT, ArgumentKind.NONE, false, "Names of the polled fds, separated by commas"),
    FDLIST_CIPS("fdlist.cips", FieldType.TEXT, ArgumentKind.NONE, false, "Client addresses of the polled fds"),
    FDLIST_SIPS("fdlist.sips", FieldType.TEXT, ArgumentKind.NONE, false, "Server addresses of the polled fds"),
    FDLIST_CPORTS("fdlist.cports", FieldType.TEXT, ArgumentKind.NONE, false, "Client ports of the polled fds"),
    FDLIST_SPORTS("fdlist.sports", FieldType.TEXT, ArgumentKind.NONE, false, "Server ports of the polled fds"),
    FS_PATH_NAME(
            "fs.path.name",
            FieldType.TEXT,
            ArgumentKind.NONE,
            false,
            "Path of a file system call, absolute and normalized"),
    FS_PATH_NAMERAW(
            "fs.path.nameraw",
            FieldType.TEXT,
            ArgumentKind.NONE,
            false,
            "Path of a file system call, as passed by the program"),
    FS_PATH_TRUNCATED(
            "fs.path.truncated",
            FieldType.BOOLEAN,
            ArgumentKind.NONE,
            false,
            "Whether a path of a file system call lacks its beginning, because its folder is too deep"),
    FS_PATH_SOURCE(
            "fs.path.source", FieldType.TEXT, ArgumentKind.NONE, false, "Source of a rename, link, symlink or mount"),
    FS_PATH_SOURCERAW("fs.path.sourceraw", FieldType.TEXT, ArgumentKind.NONE, false, "Source as passed by the program"),
    FS_PATH_TARGET(
            "fs.path.target", FieldType.TEXT, ArgumentKind.NONE, false, "Target of a rename, link, symlink or mount"),
    FS_PATH_TARGETRAW("fs.path.targetraw", FieldType.TEXT, ArgumentKind.NONE, false, "Target as passed by the program"),
    GROUP_GID("group.gid", FieldType.UINT32, ArgumentKind.NONE, false, "Effective group id"),
    GROUP_NAME("group.name", FieldType.TEXT, ArgumentKind.NONE, false, "Effective group name"),
    K8S_NS_NAME("k8s.ns.name", FieldType.TEXT, ArgumentKind.NONE, false, "Namespace of the pod"),
    K8S_POD_NAME("k8s.pod.name", FieldType.TEXT, ArgumentKind.NONE, false, "Name of the pod"),
    K8S_POD_ID("k8s.pod.id", FieldType.TEXT, ArgumentKind.NONE, false, "Same as k8s.pod.uid"),
    K8S_POD_UID("k8s.pod.uid", FieldType.TEXT, ArgumentKind.NONE, false, "UID of the pod"),
    K8S_POD_SANDBOX_ID(
            "k8s.pod.sandbox_id", FieldType.TEXT, ArgumentKind.NONE, false, "First 12 characters of the sandbox id"),
    K8S_POD_FULL_SANDBOX_ID("k8s.pod.full_sandbox_id", FieldType.TEXT, ArgumentKind.NONE, false, "Full sandbox id"),
    K8S_POD_LABEL("k8s.pod.label", FieldType.TEXT, ArgumentKind.REQUIRED_KEY, false, "Value of a pod label"),
    K8S_POD_LABELS(
            "k8s.pod.labels",
            FieldType.TEXT,
            ArgumentKind.NONE,
            false,
            "All pod labels as key:value, separated by commas"),
    K8S_POD_IP("k8s.pod.ip", FieldType.TEXT, ArgumentKind.NONE, false, "IP address of the pod"),
    K8S_POD_CNI_JSON(
            "k8s.pod.cni.json",
            FieldType.TEXT,
            ArgumentKind.NONE,
            false,
            "CNI result of the pod, as reported by the runtime"),
    K8S_RC_NAME(
            "k8s.rc.name",
            FieldType.TEXT,
            ArgumentKind.NONE,
            false,
            "Always absent; accepted for compatibility with old rules"),
    K8S_RC_ID(
            "k8s.rc.id",
            FieldType.TEXT,
            ArgumentKind.NONE,
            false,
            "Always absent; accepted for compatibility with old rules"),
    K8S_RC_LABEL(
            "k8s.rc.label",
            FieldType.TEXT,
            ArgumentKind.REQUIRED_KEY,
            false,
            "Always absent; accepted for compatibility with old rules"),
    K8S_RC_LABELS(
            "k8s.rc.labels",
            FieldType.TEXT,
            ArgumentKind.NONE,
            false,
            "Always absent; accepted for compatibility with old rules"),
    K8S_SVC_NAME(
            "k8s.svc.name",
            FieldType.TEXT,
            ArgumentKind.NONE,
            false,
            "Always absent; accepted for compatibility with old rules"),
    K8S_SVC_ID(
            "k8s.svc.id",
            FieldType.TEXT,
            ArgumentKind.NONE,
            false,
            "Always absent; accepted for compatibility with old rules"),
    K8S_SVC_LABEL(
            "k8s.svc.label",
            FieldType.TEXT,
            ArgumentKind.REQUIRED_KEY,
            false,
            "Always absent; accepted for compatibility with old rules"),
    K8S_SVC_LABELS(
            "k8s.svc.labels",
            FieldType.TEXT,
            ArgumentKind.NONE,
            false,
            "Always absent; accepted for compatibility with old rules"),
    K8S_RS_NAME(
            "k8s.rs.name",
            FieldType.TEXT,
            ArgumentKind.NONE,
            false,
            "Always absent; accepted for compatibility with old rules"),
    K8S_RS_ID(
            "k8s.rs.id",
            FieldType.TEXT,
            ArgumentKind.NONE,
            false,
            "Always absent; accepted for compatibility with old rules"),
    K8S_RS_LABEL(
            "k8s.rs.label",
            FieldType.TEXT,
            ArgumentKind.REQUIRED_KEY,
            false,
            "Always absent; accepted for compatibility with old rules"),
    K8S_RS_LABELS(
            "k8s.rs.labels",
            FieldType.TEXT,
            ArgumentKind.NONE,
            false,
            "Always absent; accepted for compatibility with old rules"),
    K8S_DEPLOYMENT_NAME(
            "k8s.deployment.name",
            FieldType.TEXT,
            ArgumentKind.NONE,
            false,
            "Always absent; accepted for compatibility with old rules"),
    K8S_DEPLOYMENT_ID(
            "k8s.deployment.id",
            FieldType.TEXT,
            ArgumentKind.NONE,
            false,
            "Always absent; accepted for compatibility with old rules"),
    K8S_DEPLOYMENT_LABEL(
            "k8s.deployment.label",
            FieldType.TEXT,
            ArgumentKind.REQUIRED_KEY,
            false,
            "Always absent; accepted for compatibility with old rules"),
    K8S_DEPLOYMENT_LABELS(
            "k8s.deployment.labels",
            FieldType.TEXT,
            ArgumentKind.NONE,
            false,
            "Always absent; accepted for compatibility with old rules"),
    K8S_NS_ID(
            "k8s.ns.id",
            FieldType.TEXT,
            ArgumentKind.NONE,
            false,
            "Always absent; accepted for compatibility with old rules"),
    K8S_NS_LABEL(
            "k8s.ns.label",
            FieldType.TEXT,
            ArgumentKind.REQUIRED_KEY,
            false,
            "Always absent; accepted for compatibility with old rules"),
    K8S_NS_LABELS(
            "k8s.ns.labels",
            FieldType.TEXT,
            ArgumentKind.NONE,
            false,
            "Always absent; accepted for compatibility with old rules"),
    PROC_PID("proc.pid", FieldType.INT64, ArgumentKind.NONE, false, "Process id"),
    PROC_VPID("proc.vpid", FieldType.INT64, ArgumentKind.NONE, false, "Process id in the PID namespace of the process"),
    PROC_PPID("proc.ppid", FieldType.INT64, ArgumentKind.NONE, false, "Process id of the parent"),
    PROC_PVPID(
            "proc.pvpid",
            FieldType.INT64,
            ArgumentKind.NONE,
            false,
            "Process id of the parent in the PID namespace of the parent"),
    PROC_APID(
            "proc.apid",
            FieldType.INT64,
            ArgumentKind.INDEX,
            false,
            "Process id of an ancestor",
            FieldTrait.ANCESTORS,
            FieldTrait.NO_RIGHT_SIDE,
            FieldTrait.NO_TRANSFORMER),
    PROC_NAME(
            "proc.name",
            FieldType.TEXT,
            ArgumentKind.NONE,
            false,
            "Name of the process in the kernel, at most 15 bytes"),
    PROC_PNAME("proc.pname", FieldType.TEXT, ArgumentKind.NONE, false, "Name of the parent"),
    PROC_SNAME("proc.sname", FieldType.TEXT, ArgumentKind.NONE, false, "Name of the session leader"),
    PROC_ANAME(
            "proc.aname",
            FieldType.TEXT,
            ArgumentKind.INDEX,
            false,
            "Name of an ancestor",
            FieldTrait.ANCESTORS,
            FieldTrait.NO_RIGHT_SIDE,
            FieldTrait.NO_TRANSFORMER),
    PROC_ONAME(
            "proc.oname",
            FieldType.TEXT,
            ArgumentKind.INDEX,
            false,
            "Name of a program that led to this one, from 1: what the process and those that forked it ran before, also after they ended",
            FieldTrait.ANCESTORS,
            FieldTrait.NO_RIGHT_SIDE,
            FieldTrait.NO_TRANSFORMER),
    PROC_TRUST(
            "proc.trust",
            FieldType.TEXT,
            ArgumentKind.NONE,
            false,
            "Whose file the executable is: `host`, `image` or `none`, which includes files that others than root may have chosen"),
    PROC_PTRUST("proc.ptrust", FieldType.TEXT, ArgumentKind.NONE, false, "Whose file the parent's executable is"),
    PROC_TRUSTED_NAME(
            "proc.trusted_name",
            FieldType.TEXT,
            ArgumentKind.NONE,
            false,
            "File name of the executable if it is a file of the host or of the image"),
    PROC_TRUSTED_PNAME(
            "proc.trusted_pname",
            FieldType.TEXT,
            ArgumentKind.NONE,
            false,
            "File name of the parent's executable if it is a file of the host or of the image"),
    PROC_TRUSTED_ANAME(
            "proc.trusted_aname",
            FieldType.TEXT,
            ArgumentKind.INDEX,
            false,
            "File name of an ancestor's executable if it is a file of the host or of the image",
            FieldTrait.ANCESTORS,
            FieldTrait.NO_RIGHT_SIDE,
            FieldTrait.NO_TRANSFORMER),
    PROC_EXE("proc.exe", FieldType.TEXT, ArgumentKind.NONE, false, "First argument (argv[0]) as passed to exec"),
    PROC_PEXE("proc.pexe", FieldType.TEXT, ArgumentKind.NONE, false, "First argument of the parent"),
    PROC_AEXE(
            "proc.aexe",
            FieldType.TEXT,
            ArgumentKind.INDEX,
            false,
            "First argument of an ancestor",
            FieldTrait.ANCESTORS,
            FieldTrait.NO_RIGHT_SIDE,
            FieldTrait.NO_TRANSFORMER),
    PROC_EXEPATH("proc.exepath", FieldType.TEXT, ArgumentKind.NONE, false, "Path of the executable file"),
    PROC_EXEPATH_TRUNCATED(
            "proc.exepath.truncated",
            FieldType.BOOLEAN,
            ArgumentKind.NONE,
            false,
            "Whether proc.exepath lacks its beginning, because the file is too deep: more than 1024 folders or 4096 bytes."
                    + " The path then starts with \"...\""),
    PROC_EXEPATH_GIVEN(
            "proc.exepath.given",
            FieldType.TEXT,
            ArgumentKind.NONE,
            false,
            "Path that was passed to exec, absolute and normalized, if proc.exepath is truncated; otherwise proc.exepath"),
    PROC_PEXEPATH("proc.pexepath", FieldType.TEXT, ArgumentKind.NONE, false, "Path of the parent's executable file"),
    PROC_AEXEPATH(
            "proc.aexepath",
            FieldType.TEXT,
            ArgumentKind.INDEX,
            false,
            "Path of an ancestor's executable file",
            FieldTrait.ANCESTORS,
            FieldTrait.NO_RIGHT_SIDE,
            FieldTrait.NO_TRANSFORMER),
    PROC_CMDLINE(
            "proc.cmdline",
            FieldType.TEXT,
            ArgumentKind.NONE,
            false,
            "Process name and arguments, separated by spaces"),
    PROC_PCMDLINE(
            "proc.pcmdline", FieldType.TEXT, ArgumentKind.NONE, false, "Process name and arguments of the parent"),
    PROC_ACMDLINE(
            "proc.acmdline",
            FieldType.TEXT,
            ArgumentKind.INDEX,
            false,
            "Process name and arguments of an ancestor",
            FieldTrait.ANCESTORS,
            FieldTrait.NO_RIGHT_SIDE,
            FieldTrait.NO_TRANSFORMER),
    PROC_EXELINE(
            "proc.exeline",
            FieldType.TEXT,
            ArgumentKind.NONE,
            false,
            "All arguments including the first, separated by spaces"),
    PROC_ARGS(
            "proc.args",
            FieldType.TEXT,
            ArgumentKind.INDEX,
            false,
            "Arguments without the first, separated by spaces; or one argument"),
    PROC_AARGS(
            "proc.aargs",
            FieldType.TEXT,
            ArgumentKind.INDEX,
            false,
            "Arguments of an ancestor; without an index, of all ancestors"),
    PROC_CMDNARGS("proc.cmdnargs", FieldType.UINT64, ArgumentKind.NONE, false, "Number of arguments"),
    PROC_CMDLENARGS("proc.cmdlenargs", FieldType.UINT64, ArgumentKind.NONE, false, "Total length of the arguments"),
    PROC_ARGS_DROPPED(
            "proc.args.dropped",
            FieldType.BOOLEAN,
            ArgumentKind.NONE,
            false,
            "True if the sensor dropped the arguments to save memory, so that fields with arguments are absent"),
    PROC_CWD("proc.cwd", FieldType.TEXT, ArgumentKind.NONE, false, "Working directory with a trailing slash"),
    PROC_ENV(
            "proc.env",
            FieldType.TEXT,
            ArgumentKind.KEY,
            false,
            "All environment variables, separated by spaces; or the value of one"),
    PROC_ARGS_TRUNCATED(
            "proc.args.truncated",
            FieldType.BOOLEAN,
            ArgumentKind.NONE,
            false,
            "Whether the arguments are longer than 4,096 bytes, so that proc.args lacks their end; not in Falco"),
    PROC_ENV_TRUNCATED(
            "proc.env.truncated",
            FieldType.BOOLEAN,
            ArgumentKind.NONE,
            false,
            "Whether proc.env may lack LD_PRELOAD or LD_AUDIT, because the environment is too long; not in Falco"),
    PROC_AENV(
            "proc.aenv",
            FieldType.TEXT,
            ArgumentKind.INDEX_OR_KEY,
            false,
            "Environment of an ancestor, or the first value of a variable among the ancestors",
            FieldTrait.ANCESTORS,
            FieldTrait.NO_RIGHT_SIDE,
            FieldTrait.NO_TRANSFORMER),
    PROC_TTY(
            "proc.tty",
            FieldType.UINT32,
            ArgumentKind.NONE,
            false,
            "Number of the controlling terminal; 0 if there is none"),
    PROC_DURATION("proc.duration", FieldType.TIME, ArgumentKind.NONE, false, "Time since the thread started"),
    PROC_PPID_DURATION("proc.ppid.duration", FieldType.TIME, ArgumentKind.NONE, false, "Time since the parent started"),
    PROC_PID_TS("proc.pid.ts", FieldType.TIME, ArgumentKind.NONE, false, "Start time of the process"),
    PROC_PPID_TS("proc.ppid.ts", FieldType.TIME, ArgumentKind.NONE, false, "Start time of the parent"),
    PROC_SID("proc.sid", FieldType.INT64, ArgumentKind.NONE, false, "Session id"),
    PROC_SID_EXE("proc.sid.exe", FieldType.TEXT, ArgumentKind.NONE, false, "First argument of the session leader"),
    PROC_SID_EXEPATH(
            "proc.sid.exepath",
            FieldType.TEXT,
            ArgumentKind.NONE,
            false,
            "Path of the session leader's executable file"),
    PROC_VPGID("proc.vpgid", FieldType.INT64, ArgumentKind.NONE, false, "Process group id in the PID namespace"),
    PROC_VPGID_EXE(
            "proc.vpgid.exe", FieldType.TEXT, ArgumentKind.NONE, false, "First argument of the process group leader"),
    PROC_VPGID_EXEPATH(
            "proc.vpgid.exepath",
            FieldType.TEXT,
            ArgumentKind.NONE,
            false,
            "Path of the process group leader's executable file"),
    PROC_VPGID_NAME("proc.vpgid.name", FieldType.TEXT, ArgumentKind.NONE, false, "Name of the process group leader"),
    PROC_PGID("proc.pgid", FieldType.INT64, ArgumentKind.NONE, false, "Process group id on the host"),
    PROC_PGID_EXE(
            "proc.pgid.exe",
            FieldType.TEXT,
            ArgumentKind.NONE,
            false,
            "First argument of the process group leader on the host"),
    PROC_PGID_EXEPATH(
            "proc.pgid.exepath",
            FieldType.TEXT,
            ArgumentKind.NONE,
            false,
            "Path of the executable file of the process group leader on the host"),
    PROC_PGID_NAME(
            "proc.pgid.name", FieldType.TEXT, ArgumentKind.NONE, false, "Name of the process group leader on the host"),
    PROC_IS_SID_LEADER(
            "proc.is_sid_leader",
            FieldType.BOOLEAN,
            ArgumentKind.NONE,
            false,
            "Whether the process is the session leader"),
    PROC_IS_VPGID_LEADER(
            "proc.is_vpgid_leader",
            FieldType.BOOLEAN,
            ArgumentKind.NONE,
            false,
            "Whether the process is the process group leader in the PID namespace"),
    PROC_IS_PGID_LEADER(
            "proc.is_pgid_leader",
            FieldType.BOOLEAN,
            ArgumentKind.NONE,
            false,
            "Whether the process is the process group leader on the host"),
    PROC_IS_EXE_WRITABLE(
            "proc.is_exe_writable",
            FieldType.BOOLEAN,
            ArgumentKind.NONE,
            false,
            "Whether the user of the process can write its executable file"),
    PROC_IS_EXE_UPPER_LAYER(
            "proc.is_exe_upper_layer",
            FieldType.BOOLEAN,
            ArgumentKind.NONE,
            false,
            "Whether the executable file is in the upper layer of an overlay file system"),
    PROC_IS_EXE_LOWER_LAYER(
            "proc.is_exe_lower_layer",
            FieldType.BOOLEAN,
            ArgumentKind.NONE,
            false,
            "Whether the executable file is in a lower layer of an overlay file system"),
    PROC_IS_EXE_FROM_MEMFD(
            "proc.is_exe_from_memfd",
            FieldType.BOOLEAN,
            ArgumentKind.NONE,
            false,
            "Whether the executable file is a memfd"),
    PROC_IS_CONTAINER_HEALTHCHECK(
            "proc.is_container_healthcheck",
            FieldType.BOOLEAN,
            ArgumentKind.NONE,
            false,
            "Always absent; accepted for compatibility with old rules"),
    PROC_IS_CONTAINER_LIVENESS_PROBE(
            "proc.is_container_liveness_probe",
            FieldType.BOOLEAN,
            ArgumentKind.NONE,
            false,
            "Always absent; accepted for compatibility with old rules"),
    PROC_IS_CONTAINER_READINESS_PROBE(
            "proc.is_container_readiness_probe",
            FieldType.BOOLEAN,
            ArgumentKind.NONE,
            false,
            "Always absent; accepted for compatibility with old rules"),
    PROC_EXE_INO("proc.exe_ino", FieldType.INT64, ArgumentKind.NONE, false, "Inode of the executable file"),
    PROC_EXE_INO_CTIME(
            "proc.exe_ino.ctime",
            FieldType.TIME,
            ArgumentKind.NONE,
            false,
            "Time of the last status change of the executable file"),
    PROC_EXE_INO_MTIME(
            "proc.exe_ino.mtime",
            FieldType.TIME,
            ArgumentKind.NONE,
            false,
            "Time of the last modification of the executable file"),
    PROC_EXE_INO_CTIME_DURATION_PROC_START(
            "proc.exe_ino.ctime_duration_proc_start",
            FieldType.TIME,
            ArgumentKind.NONE,
            false,
            "Process start time minus proc.exe_ino.ctime"),
    PROC_EXE_INO_CTIME_DURATION_PIDNS_START(
            "proc.exe_ino.ctime_duration_pidns_start",
            FieldType.TIME,
            ArgumentKind.NONE,
            false,
            "proc.exe_ino.ctime minus the start time of the PID namespace"),
    PROC_PIDNS_INIT_START_TS(
            "proc.pidns_init_start_ts",
            FieldType.TIME,
            ArgumentKind.NONE,
            false,
            "Start time of the init process in the PID namespace"),
    PROC_LOGINSHELLID(
            "proc.loginshellid",
            FieldType.INT64,
            ArgumentKind.NONE,
            false,
            "Process id of the oldest ancestor that is a shell"),
    PROC_STDIN_TYPE("proc.stdin.type", FieldType.TEXT, ArgumentKind.NONE, false, "Type of fd 0 (standard input)"),
    PROC_STDIN_NAME("proc.stdin.name", FieldType.TEXT, ArgumentKind.NONE, false, "Name of fd 0 (standard input)"),
    PROC_STDOUT_TYPE("proc.stdout.type", FieldType.TEXT, ArgumentKind.NONE, false, "Type of fd 1 (standard output)"),
    PROC_STDOUT_NAME("proc.stdout.name", FieldType.TEXT, ArgumentKind.NONE, false, "Name of fd 1 (standard output)"),
    PROC_STDERR_TYPE("proc.stderr.type", FieldType.TEXT, ArgumentKind.NONE, false, "Type of fd 2 (standard error)"),
    PROC_STDERR_NAME("proc.stderr.name", FieldType.TEXT, ArgumentKind.NONE, false, "Name of fd 2 (standard error)"),
    PROC_NTHREADS("proc.nthreads", FieldType.UINT64, ArgumentKind.NONE, false, "Number of threads"),
    PROC_NCHILDS("proc.nchilds", FieldType.UINT64, ArgumentKind.NONE, false, "Number of children"),
    PROC_FDOPENCOUNT("proc.fdopencount", FieldType.UINT64, ArgumentKind.NONE, false, "Number of open fds"),
    PROC_FDLIMIT("proc.fdlimit", FieldType.INT64, ArgumentKind.NONE, false, "Maximum number of open fds"),
    PROC_FDUSAGE("proc.fdusage", FieldType.DOUBLE, ArgumentKind.NONE, false, "Ratio of open fds to the maximum"),
    PROC_VMSIZE("proc.vmsize", FieldType.UINT64, ArgumentKind.NONE, false, "Virtual memory in kB"),
    PROC_VMRSS("proc.vmrss", FieldType.UINT64, ArgumentKind.NONE, false, "Resident memory in kB"),
    PROC_VMSWAP("proc.vmswap", FieldType.UINT64, ArgumentKind.NONE, false, "Swapped memory in kB"),
    THREAD_TID("thread.tid", FieldType.INT64, ArgumentKind.NONE, false, "Thread id"),
    THREAD_VTID("thread.vtid", FieldType.INT64, ArgumentKind.NONE, false, "Thread id in the PID namespace"),
    THREAD_ISMAIN(
            "thread.ismain",
            FieldType.BOOLEAN,
            ArgumentKind.NONE,
            false,
            "Whether the thread is the main thread of the process"),
    THREAD_CAP_PERMITTED(
            "thread.cap_permitted",
            FieldType.TEXT,
            ArgumentKind.NONE,
            false,
            "Names of the permitted capabilities, separated by spaces"),
    THREAD_CAP_EFFECTIVE(
            "thread.cap_effective",
            FieldType.TEXT,
            ArgumentKind.NONE,
            false,
            "Names of the effective capabilities, separated by spaces"),
    THREAD_CAP_INHERITABLE(
            "thread.cap_inheritable",
            FieldType.TEXT,
            ArgumentKind.NONE,
            false,
            "Names of the inheritable capabilities, separated by spaces"),
    THREAD_CGROUPS(
            "thread.cgroups",
            FieldType.TEXT,
            ArgumentKind.NONE,
            false,
            "Cgroups as subsystem=path, separated by spaces"),
    THREAD_CGROUP(
            "thread.cgroup", FieldType.TEXT, ArgumentKind.ONLY_NAME, false, "Path of the cgroup of one subsystem"),
    USER_UID("user.uid", FieldType.UINT32, ArgumentKind.NONE, false, "Effective user id"),
    USER_NAME("user.name", FieldType.TEXT, ArgumentKind.NONE, false, "Effective user name"),
    USER_HOMEDIR("user.homedir", FieldType.TEXT, ArgumentKind.NONE, false, "Home directory of the effective user"),
    USER_SHELL("user.shell", FieldType.TEXT, ArgumentKind.NONE, false, "Login shell of the effective user"),
    USER_LOGINUID("user.loginuid", FieldType.INT64, ArgumentKind.NONE, false, "Login user id; -1 if unset"),
    USER_LOGINNAME("user.loginname", FieldType.TEXT, ArgumentKind.NONE, false, "Login user name"),
    ALERT_HOSTNAME("alert.hostname", FieldType.TEXT, ArgumentKind.NONE, false, "Node of the alert", FieldTrait.ALERT),
    ALERT_PRIORITY(
            "alert.priority",
            FieldType.TEXT,
            ArgumentKind.NONE,
            false,
            "Priority of the alert, for example Warning",
            FieldTrait.ALERT),
    ALERT_RULE("alert.rule", FieldType.TEXT, ArgumentKind.NONE, false, "Rule of the alert", FieldTrait.ALERT),
    ALERT_SOURCE(
            "alert.source",
            FieldType.TEXT,
            ArgumentKind.NONE,
            false,
            "Event source of the alert, for example syscall",
            FieldTrait.ALERT),
    ALERT_TAGS(
            "alert.tags", FieldType.TEXT, ArgumentKind.NONE, true, "Tags of the rule of the alert", FieldTrait.ALERT),
    ALERT_OUTPUT_FIELDS(
            "alert.output_fields",
            FieldType.TEXT,
            ArgumentKind.ONLY_NAME,
            false,
            "An output field of the alert as text",
            FieldTrait.ALERT),
    ALERT_FACT_TEXT("alert.fact.text", FieldType.TEXT, ArgumentKind.ONLY_NAME, false, "A text fact", FieldTrait.ALERT),
    ALERT_FACT_TEXTS("alert.fact.texts", FieldType.TEXT, ArgumentKind.ONLY_NAME, true, "A list fact", FieldTrait.ALERT),
    ALERT_FACT_NUMBER(
            "alert.fact.number", FieldType.INT64, ArgumentKind.ONLY_NAME, false, "A number fact", FieldTrait.ALERT),
    ALERT_FACT_FLAG(
            "alert.fact.flag", FieldType.BOOLEAN, ArgumentKind.ONLY_NAME, false, "A boolean fact", FieldTrait.ALERT),
    ALERT_FACT_ADDRESS(
            "alert.fact.address",
            FieldType.NETWORK,
            ArgumentKind.ONLY_NAME,
            false,
            "An address fact",
            FieldTrait.ALERT);

    private static final Map<String, Field> BY_NAME = new HashMap<>();

    static {
        for (Field field : eventFields()) {
            BY_NAME.put(field.fieldName, field);
        }
    }

    private final String fieldName;
    private final FieldType type;
    private final ArgumentKind argument;
    private final boolean list;
    private final String description;
    /** One bit for each trait, because traits are read on the hot path. */
    private final int traits;

    Field(
            String fieldName,
            FieldType type,
            ArgumentKind argument,
            boolean list,
            String description,
            FieldTrait... traits) {
        this.fieldName = fieldName;
        this.type = type;
        this.argument = argument;
        this.list = list;
        this.description = description;
        int bits = 0;
        for (FieldTrait trait : traits) {
            bits |= 1 << trait.ordinal();
        }
        this.traits = bits;
    }

    /** Returns the fields of events, which rules can use. All other fields belong to alerts. */
    public static List<Field> eventFields() {
        return Arrays.stream(values())
                .filter(field -> !field.is(FieldTrait.ALERT))
                .toList();
    }

    /** Returns the event field with this exact name, without argument; null if there is none. */
    public static @Nullable Field byName(String name) {
        return BY_NAME.get(name);
    }

    /** Returns the name in rules, for example {@code proc.name}. */
    public String fieldName() {
        return fieldName;
    }

    /**
     * Returns the type of the value, or of each element of a list. The type of {@code evt.rawarg} depends on its
     * argument.
     */
    public FieldType type() {
        return type;
    }

    /** Returns the kind of argument that the field accepts. */
    public ArgumentKind argument() {
        return argument;
    }

    /** Returns whether the value is a list of {@link #type()}. */
    public boolean list() {
        return list;
    }

    /** Returns a short description of the value. */
    public String description() {
        return description;
    }

    /** Returns whether the field has a trait. */
    public boolean is(FieldTrait trait) {
        return (traits & 1 << trait.ordinal()) != 0;
    }
}
