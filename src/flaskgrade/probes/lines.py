"""Every row of the doctor's table. The names are those that the probes speak of."""

from flaskgrade.probes.base import Area, Line

REPORT = "Use the other backend, and report it: SECURITY.md says how."
GROUP = (
    "Give it a memory control group: start it by `systemd-run --user --scope flaskgrade …`, run it "
    "as root, or use --sandbox docker."
)
ENGINE = (
    "Use the other backend. With an engine of your own making: see that it applies the options and "
    "the seccomp profile that it is given."
)
NEIGHBOUR = "Run flaskgrade as root, which gives each zone a user of its own, or --sandbox docker."

IDENTITY = (
    ("user", "It may do what root may, wherever a namespace ends.", REPORT, True),
    (
        "host users",
        "For the kernel the two zones, or a zone and you, are one user: only namespaces part them.",
        NEIGHBOUR,
        False,
    ),
    ("groups", "Files of the host that these groups may read are in its reach.", REPORT, False),
    ("capabilities", "It can change what the kernel guards by them.", REPORT, True),
    ("no new privileges", "A setuid program makes it another user.", REPORT, True),
    ("system call filter", "All of the kernel's interfaces are open to attack.", ENGINE, True),
    ("setuid programs", "It can become their owner, often root.", REPORT, False),
    ("environment", "Secrets in flaskgrade's environment, such as tokens, can be read.", REPORT),
    ("descriptors", "Files and sockets that flaskgrade has open can be used.", REPORT),
    ("terminal", "It can read what you type, and type for you.", REPORT),
    ("keyring", "Keys of the kernel's that belong to you can be read.", REPORT),
)
NETWORK = (
    ("loopback works", "Honest applications that listen on localhost fail.", REPORT, True),
    ("interfaces", "It is in a network.", REPORT, True),
    ("TCP", "It can call home, reach your network, and fetch a solution.", REPORT, True),
    ("UDP", "It can send out what it finds.", REPORT),
    ("DNS", "It can send out what it finds, in names that it asks for.", REPORT),
    ("IPv6", "It can call home over IPv6.", REPORT),
    ("metadata address", "In a cloud it can fetch the machine's credentials.", REPORT),
    ("abstract sockets", "It can speak to the host's services, such as D-Bus.", REPORT),
    ("AF_VSOCK", "It can speak to the hypervisor or to other virtual machines.", ENGINE),
    ("AF_ALG", "It reaches the kernel's ciphers, which have had holes.", ENGINE),
    ("raw sockets", "It can forge packets.", REPORT),
    ("socket families", "It reaches rarely tested protocols of the kernel's.", ENGINE),
    ("netlink", "It can change the network's set-up.", REPORT),
)
FILES = (
    ("size of /", "It can fill the disk or the memory of the host.", REPORT, True),
    ("size of /tmp", "It can fill the disk or the memory of the host.", REPORT, True),
    ("size of /dev", "It can fill the memory of the host.", REPORT),
    ("size of /dev/shm", "It can fill the memory of the host.", REPORT),
    ("size of working folder", "It can fill the disk or the memory of the host.", REPORT),
    ("size of message queues", "It can fill the kernel's memory.", REPORT),
    ("files in /tmp", "Empty files fill the kernel's memory, about 1 KiB each.", GROUP),
    ("files in /dev/shm", "Empty files fill the kernel's memory, about 1 KiB each.", GROUP),
    ("host files", "Files of yours or the host's can be read.", REPORT, True),
    ("host processes", "Their command lines, and what is in them, can be read.", REPORT, True),
    ("/proc writes", "It can change the kernel's settings: as good as root on the host.", REPORT),
    ("/sys writes", "It can change devices or its own limits.", REPORT),
    ("kernel log", "Addresses and the host's doings can be read.", ENGINE),
)
RESOURCES = (
    ("memory, one process", "It can use up the host's memory.", GROUP),
    ("memory, many processes", "It can use up the host's memory.", GROUP, True),
    (
        "files count as memory",
        "Files are memory beside what a command is allowed: 128 MiB for each writable folder.",
        GROUP,
    ),
    ("memory in memfds", "Anonymous files use up the host's memory, seen by no limit.", GROUP),
    ("memory in shared segments", "System V segments use up the host's memory, unseen.", GROUP),
    ("memory in shared pages", "Shared pages use up the host's memory, unseen.", GROUP),
    ("memory in sockets", "Socket buffers use up the kernel's memory, unseen.", GROUP),
    ("processes", "A fork bomb stops the host.", REPORT, True),
    ("threads", "A bomb of threads stops the host.", REPORT),
    ("open files", "It can use up the host's open files.", REPORT),
    ("size of one file", "One file can fill its place.", REPORT),
    ("core files", "A crash writes its memory to the host, or starts a program there.", REPORT),
    ("processor priority", "It can take the processors from everything else.", REPORT),
    ("wall clock", "A command that hangs hangs the grading.", REPORT, True),
    ("flood of stdout", "Output fills the memory or the disk.", REPORT),
    ("flood of stderr", "Output fills the memory or the disk.", REPORT),
    ("nothing outlives a time-out", "What it left behind goes on, beside later gradings.", REPORT),
    ("nothing outlives an exit", "What it left behind goes on, beside later gradings.", REPORT),
)
ZONES = (
    ("endpoint works", "No submission can be examined.", REPORT),
    ("room beside the endpoint", "It can fill the memory of the host.", REPORT),
    ("hidden tests", "The candidate's code can read the tests and answer to them.", REPORT),
    ("examiner's processes", "The examination can be watched.", REPORT),
    ("signals to the examiner", "The examination can be ended or stopped.", REPORT),
    ("connections to the examiner", "What the examiner listens to can be spoken to.", REPORT),
    ("files and memory of the examiner", "The zones share memory or a folder.", REPORT),
)
CALLS = {
    "keyctl": "keys of the same user can be read and changed",
    "add_key": "the kernel's memory for keys can be filled",
    "request_key": "the host can be made to start a program for a key",
    "io_uring_setup": "an interface with many past holes is open, past the filter",
    "bpf": "programs can be loaded into the kernel",
    "perf_event_open": "other code can be measured: a side channel",
    "userfaultfd": "races in the kernel are easily won",
    "ptrace": "processes of the same user can be taken over",
    "process_vm_readv": "memory of processes of the same user can be read",
    "kcmp": "the kernel's pointers can be ordered: help for an exploit",
    "pidfd_getfd": "open files of processes of the same user can be taken",
    "unshare": "new namespaces open more of the kernel",
    "setns": "other namespaces can be entered",
    "clone, new user": "a user namespace of its own makes it root there, with more of the kernel",
    "clone3, new user": "a user namespace of its own makes it root there, with more of the kernel",
    "time namespace": "clocks can be shifted",
    "mount": "file systems can be mounted",
    "fsopen": "file systems can be mounted by the new interface",
    "open_tree": "mounts can be cloned",
    "pivot_root": "the root file system can be exchanged",
    "chroot": "the root folder can be changed: a way out with open descriptors",
    "open_by_handle_at": "files outside of the sandbox can be opened by number",
    "kexec_load": "another kernel can be loaded",
    "init_module": "code can be loaded into the kernel",
    "finit_module": "code can be loaded into the kernel",
    "reboot": "the machine can be restarted",
    "clock_adjtime": "the host's clock can be changed",
    "TIOCSTI": "commands can be typed into a terminal",
}
QUICK_CALLS = {"keyctl", "io_uring_setup", "unshare", "mount"}


def _line(area: Area, name: str, follows: str, remedy: str, quick: bool = False) -> Line:  # noqa: FBT001, FBT002 - a row of the tables above
    return Line(name=name, area=area, follows=follows, remedy=remedy, quick=quick)


LINES = (
    *(_line(Area.IDENTITY, *row) for row in IDENTITY),
    *(_line(Area.NETWORK, *row) for row in NETWORK),
    *(_line(Area.FILES, *row) for row in FILES),
    *(_line(Area.RESOURCES, *row) for row in RESOURCES),
    *(_line(Area.ZONES, *row) for row in ZONES),
    *(
        _line(Area.CALLS, name, f"{what[0].upper()}{what[1:]}.", ENGINE, name in QUICK_CALLS)
        for name, what in CALLS.items()
    ),
)
