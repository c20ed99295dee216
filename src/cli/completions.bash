# Completion of lakehelm for bash; the program itself answers what fits.
_lakehelm() {
    # Bash takes words apart at = and :, the program wants them whole: what no blank divides belongs together.
    local words=() rest=$COMP_LINE trimmed word before='' current=$2 i
    for ((i = 0; i <= COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        trimmed=${rest#"${rest%%[![:space:]]*}"}
        if ((i == 0)) || [[ $trimmed != "$rest" ]]; then
            words+=('')
            before=''
        fi
        if ((i == COMP_CWORD)); then
            # Behind a lone = the word is that sign, and what is typed of the next one is nothing.
            [[ $word == [=:] && -z $current ]] && before+=$word
        else
            before+=$word
        fi
        words[${#words[@]} - 1]=$before
        rest=${trimmed#"$word"}
    done
    words[${#words[@]} - 1]=$before$current

    COMPREPLY=()
    local reply
    while IFS= read -r reply || [[ -n $reply ]]; do
        # Bash replaces only what stands behind its own divider.
        COMPREPLY+=("${reply#"$before"}")
    done < <(_CLAP_IFS=$'\n' _CLAP_COMPLETE_INDEX=$((${#words[@]} - 1)) LAKEHELM_COMPLETE=bash \
        command lakehelm -- "${words[@]}" 2>/dev/null)
    # A path goes on behind its = or /.
    if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[=/] ]]; then
        compopt -o nospace 2>/dev/null
    fi
}
complete -o bashdefault -F _lakehelm lakehelm
