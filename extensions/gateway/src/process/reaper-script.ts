/**
 * The reaper: a fixed POSIX shell program that outlives the hub for a moment. It is told of process groups through its
 * standard input ("+ GROUP", "- GROUP", digits only); when that input ends, however the hub died, it sends SIGTERM to
 * every group it still knows, and SIGKILL two seconds later. Nothing from outside is ever part of this text.
 *
 * The numbers 0 and 1 are refused: "kill -1" would reach every process there is.
 * A number may be used again by a stranger, so the start time of the group's leader is kept (field 22 of
 * /proc/PID/stat, where there is one) and a process that started at another time is left alone.
 */
export const reaperScript = String.raw`
set -f
trap '' HUP INT QUIT TERM
groups=' '

read_start() {
  start=none
  [ -r "/proc/$1/stat" ] || return 0
  { IFS= read -r line < "/proc/$1/stat"; } 2>/dev/null || return 0
  fields=\${line##*) }
  set -- $fields
  start=\${20:-none}
}

strike() {
  for entry in $groups; do
    read_start "\${entry%%:*}"
    [ "$start" = none ] || [ "$start" = "\${entry#*:}" ] || continue
    kill "-$1" "-\${entry%%:*}" 2>/dev/null && left=yes
  done
}

while IFS=' ' read -r sign group rest; do
  case $group in '' | 0* | 1 | *[!0-9]*) continue ;; esac
  case $sign in
    +) read_start "$group"; groups="$groups$group:$start " ;;
    -)
      kept=' '
      for entry in $groups; do [ "\${entry%%:*}" = "$group" ] || kept="$kept$entry "; done
      groups=$kept
      ;;
  esac
done

left=no
strike TERM
waited=0
while [ $left = yes ] && [ $waited -lt 20 ]; do
  sleep 0.1 2>/dev/null || sleep 1
  waited=$((waited + 1))
  left=no
  strike 0
done
[ $left = no ] || strike KILL
`.replaceAll('\\$', '$');
