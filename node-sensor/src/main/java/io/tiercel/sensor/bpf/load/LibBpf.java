package io.tiercel.sensor.bpf.load;

import jnr.ffi.Pointer;
import jnr.ffi.annotations.Out;
import jnr.ffi.types.size_t;
import jnr.ffi.types.u_int64_t;
import org.jspecify.annotations.Nullable;

/**
 * The functions of libbpf.so.1 that load and attach the program. None of them is called per record. Annotations give the C
 * types of numbers. {@link io.tiercel.sensor.bpf.host.NativeFunctions} implements the calls.
 */
public interface LibBpf {
    @Nullable
    Pointer bpf_object__open_mem(Pointer bytes, @size_t long size, @Nullable Pointer options);

    int bpf_object__load(Pointer object);

    void bpf_object__close(Pointer object);

    @Nullable
    Pointer bpf_object__next_program(Pointer object, @Nullable Pointer previous);

    String bpf_program__name(Pointer program);

    String bpf_program__section_name(Pointer program);

    boolean bpf_program__autoload(Pointer program);

    int bpf_program__set_autoload(Pointer program, boolean autoload);

    int bpf_program__set_log_level(Pointer program, int level);

    int bpf_program__set_log_buf(Pointer program, Pointer buffer, @size_t long size);

    /** Loads a program without maps. The options are a {@code struct bpf_prog_load_opts} of libbpf 1.0. */
    int bpf_prog_load(int type, String name, String license, Pointer instructions, @size_t long count, Pointer options);

    /** Attaches a loaded tracing program to the function or tracepoint that it was loaded for. The name is null. */
    int bpf_raw_tracepoint_open(@Nullable String name, int program);

    /** Returns the descriptor of a new map. The options are null. */
    int bpf_map_create(int type, String name, int keySize, int valueSize, int entries, @Nullable Pointer options);

    @Nullable
    Pointer bpf_object__find_map_by_name(Pointer object, String name);

    @Nullable
    Pointer bpf_object__next_map(Pointer object, @Nullable Pointer previous);

    String bpf_map__name(Pointer map);

    int bpf_map__reuse_fd(Pointer map, int fd);

    int bpf_map__fd(Pointer map);

    boolean bpf_map__autocreate(Pointer map);

    int bpf_map__set_autocreate(Pointer map, boolean autocreate);

    int bpf_map__set_max_entries(Pointer map, int entries);

    int bpf_program__fd(Pointer program);

    int bpf_obj_get_info_by_fd(int fd, Pointer info, Pointer length);

    @Nullable
    Pointer bpf_map__initial_value(Pointer map, @Out long[] size);

    int bpf_map_lookup_elem(int fd, Pointer key, Pointer value);

    int bpf_map_update_elem(int fd, Pointer key, Pointer value, @u_int64_t long flags);

    int bpf_map_delete_elem(int fd, Pointer key);

    int bpf_map_get_next_key(int fd, @Nullable Pointer key, Pointer nextKey);

    int libbpf_num_possible_cpus();

    @Nullable
    Pointer libbpf_set_print(@Nullable Pointer function);

    @Nullable
    Pointer btf__load_vmlinux_btf();

    @Nullable
    Pointer btf__type_by_id(Pointer types, int id);

    String btf__name_by_offset(Pointer types, int offset);

    int btf__find_by_name_kind(Pointer types, String name, int kind);

    void btf__free(Pointer types);
}
