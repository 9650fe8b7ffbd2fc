# A failed check, or a failed read inside of it, is a warning. The plan continues.
check "only_the_default_workspace_is_public" {
  data "maas_workspaces" "public" {
    auth_type = "public"
  }

  assert {
    condition     = alltrue([for workspace in data.maas_workspaces.public.workspaces : workspace.id == "0"])
    error_message = "Workspaces other than the default one are public: ${join(", ", data.maas_workspaces.public.workspaces[*].name)}"
  }
}
