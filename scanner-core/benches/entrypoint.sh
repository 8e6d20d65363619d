#!/bin/bash
# What entrypoints of databases do: settings from variables and files, a temporary server, set up once, upgrade.
set -eo pipefail
shopt -s nullglob

log() {
	local kind="$1"; shift
	printf '%s [%s]: %s\n' "$(date --rfc-3339=seconds)" "$kind" "$*"
}
note() { log note "$@"; }
warn() { log warning "$@" >&2; }
fail() { log error "$@" >&2; exit 1; }

from_file() {
	local name="$1"
	local file="${name}_FILE"
	local otherwise="${2:-}"
	if [ "${!name:-}" ] && [ "${!file:-}" ]; then
		fail "$name and $file are set"
	fi
	local value="$otherwise"
	if [ "${!name:-}" ]; then
		value="${!name}"
	elif [ "${!file:-}" ]; then
		value="$(< "${!file}")"
	fi
	export "$name"="$value"
	unset "$file"
}

either() {
	local new="$1"; shift
	local old="$1"; shift
	from_file "$old" "$@"
	from_file "$new" "${!old}"
	if [ "${!new:-}" ]; then
		export "$old"="${!new}"
	fi
}

is_sourced() {
	[ "${#FUNCNAME[@]}" -ge 2 ] && [ "${FUNCNAME[0]}" = 'is_sourced' ] && [ "${FUNCNAME[1]}" = 'source' ]
}

config() {
	local key="$1"; shift
	"$@" --verbose --help 2>/dev/null | awk -v key="$key" '$1 == key { print $2; exit }'
}

ask() {
	if [ -n "$DB_DATABASE" ]; then
		set -- --database="$DB_DATABASE" "$@"
	fi
	client --socket="$SOCKET" -uroot "$@"
}

sql() {
	if [ '--no-password' = "$1" ]; then
		shift
		DB_PWD='' ask "$@"
	else
		DB_PWD=$DB_ROOT_PASSWORD ask "$@"
	fi
}

escape() {
	local line=$'\n'
	local escaped=${1//\\/\\\\}
	escaped="${escaped//$line/\\n}"
	echo "${escaped//\'/\\\'}"
}

start() {
	"$@" --skip-networking --socket="$SOCKET" &
	declare -g SERVER=$!
	note 'waiting for the server'
	local arguments=()
	if [ -z "$EXISTS" ]; then
		arguments+=( '--no-password' )
	fi
	local i
	for i in {30..0}; do
		if sql "${arguments[@]}" --database=system <<<'SELECT 1' &> /dev/null; then
			break
		fi
		sleep 1
	done
	if [ "$i" = 0 ]; then
		fail 'the server does not start'
	fi
}

stop() {
	kill "$SERVER"
	wait "$SERVER"
}

files() {
	local it
	for it; do
		case "$it" in
			*.sh)
				if [ -x "$it" ]; then
					note "running $it"
					"$it"
				else
					note "sourcing $it"
					. "$it"
				fi
				;;
			*.sql)     note "reading $it"; sql < "$it" ;;
			*.sql.gz)  note "reading $it"; gunzip -c "$it" | sql ;;
			*.sql.zst) note "reading $it"; zstd -dc "$it" | sql ;;
			*)         warn "ignoring $it" ;;
		esac
	done
}

check() {
	if [ -z "$DB_ROOT_PASSWORD" ] && [ -z "$DB_ROOT_HASH" ] && [ -z "$DB_EMPTY" ] && [ -z "$DB_RANDOM" ]; then
		fail 'no password is given'
	fi
	if [ "$DB_USER" = 'root' ]; then
		fail 'root is there already'
	fi
}

settings() {
	declare -g DATADIR SOCKET PORT EXISTS
	DATADIR="$(config datadir "$@")"
	SOCKET="$(config socket "$@")"
	PORT="$(config port "$@")"
	local name
	for name in ROOT_HOST DATABASE USER PASSWORD ROOT_PASSWORD ROOT_HASH PASSWORD_HASH; do
		either "DB_$name" "OLD_$name"
	done
	from_file 'DB_ROOT_HOST' '%'
	if [ -d "$DATADIR/system" ]; then
		EXISTS='true'
	fi
}

health() {
	local host statements=''
	for host in '127.0.0.1' '::1' 'localhost'; do
		statements+="$(echo "CREATE USER health@'$host';")"
		if [ -n "$DB_HEALTH_GRANTS" ]; then
			statements+="$(echo "GRANT $DB_HEALTH_GRANTS ON *.* TO health@'$host';")"
		fi
	done
	echo "$statements"
}

set_up() {
	if [ -n "$DB_RANDOM" ]; then
		DB_ROOT_PASSWORD="$(pwgen --numerals --capitalize --symbols -1 32)"
		export DB_ROOT_PASSWORD
		note "password: $DB_ROOT_PASSWORD"
	fi
	local root= create= user= password
	if [ -n "$DB_ROOT_HASH" ]; then
		password="PASSWORD '$DB_ROOT_HASH'"
	else
		password="BY '$(escape "$DB_ROOT_PASSWORD")'"
	fi
	if [ -n "$DB_ROOT_HOST" ] && [ "$DB_ROOT_HOST" != 'localhost' ]; then
		read -r -d '' root <<-EOSQL || true
			CREATE USER 'root'@'$DB_ROOT_HOST' IDENTIFIED $password;
		EOSQL
	fi
	if [ -n "$DB_DATABASE" ]; then
		note "making $DB_DATABASE"
		create="CREATE DATABASE $DB_DATABASE;"
	fi
	if [ -n "$DB_PASSWORD" ] || [ -n "$DB_PASSWORD_HASH" ] && [ -n "$DB_USER" ]; then
		note "making $DB_USER"
		if [ -n "$DB_PASSWORD_HASH" ]; then
			user="CREATE USER '$DB_USER' IDENTIFIED BY PASSWORD '$DB_PASSWORD_HASH';"
		else
			user="CREATE USER '$DB_USER' IDENTIFIED BY '$(escape "$DB_PASSWORD")';"
		fi
		if [ -n "$DB_DATABASE" ]; then
			user+="GRANT ALL ON ${DB_DATABASE//_/\\_}.* TO '$DB_USER';"
		fi
	fi
	sql --no-password --database=system <<-EOSQL
		$root $(health) $create $user
	EOSQL
	note 'set up'
}

is_old() {
	if [ ! -f "$DATADIR/version" ]; then
		note 'the version is not known'
		return 0
	fi
	local version now
	read -r version < "$DATADIR/version" || true
	now="$(client --version)"
	if [[ "$version" == "$now" ]]; then
		if [ ! -f "$DATADIR/.health" ]; then
			note 'nobody looks after its health'
			return 0
		fi
		return 1
	fi
	return 0
}

upgrade() {
	start "$@" --skip-slave-start
	if [ -n "$DB_NO_BACKUP" ]; then
		note 'no backup'
	elif ! dump --all | zstd > "$DATADIR/backup.zst"; then
		fail 'no backup could be made'
	fi
	if [ ! -f "$DATADIR/.health" ]; then
		sql <<<"$(health)"
	fi
	checker --upgrade
	stop
}

main() {
	if [ "${1:0:1}" = '-' ]; then
		set -- server "$@"
	fi
	if [ "$1" = 'server' ]; then
		settings "$@"
		if [ "$(id -u)" = '0' ]; then
			mkdir -p "$DATADIR" "${SOCKET%/*}"
			find "$DATADIR" \! -user db -exec chown db: '{}' +
			exec gosu db "${BASH_SOURCE[0]}" "$@"
		fi
		if [ -z "$EXISTS" ]; then
			check
			installer --datadir="$DATADIR" "${@:2}"
			note 'starting a temporary server'
			start "$@"
			set_up
			files /docker-entrypoint-initdb.d/*
			stop
		elif is_old; then
			if [ -n "$DB_UPGRADE" ]; then
				upgrade "$@"
			else
				warn 'an upgrade is due'
			fi
		fi
	fi
	exec "$@"
}

if ! is_sourced; then
	main "$@"
fi
