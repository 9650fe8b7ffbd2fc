data "maas_workspace" "search" {
  name = "search-ranking"
}

# Stands for whatever takes a workspace's id: a module, or a resource of another provider.
resource "terraform_data" "service" {
  input = {
    workspace_id = data.maas_workspace.search.id
  }
}
